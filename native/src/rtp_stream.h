// An outgoing RTP stream (RFC 3550): the numbers in its packets' headers, and its sender reports. On the send thread only.
#pragma once
#include <gst/gst.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "transport.h"

namespace rtp {

constexpr size_t kHeaderSize = 12;

// What is told of a stream in its description.
struct Identity {
  uint32_t ssrc;
  uint8_t payload_type;
  uint32_t clock_rate;  // in Hz
};

class Stream : public transport::Stream {
 public:
  Stream(Identity identity, std::shared_ptr<transport::Core> transport);
  ~Stream() override = default;

  void Report() override;

 protected:
  // The RTP time of a running time.
  uint32_t TimestampAt(GstClockTime time) const;
  void WriteHeader(uint8_t* packet, uint64_t index, bool marker, uint32_t timestamp) const;
  // Encrypts a packet of `size` bytes that has this index; answers the new size.
  size_t Protect(uint8_t* packet, size_t size, uint64_t index);
  // Counts a new packet and answers its index: the sequence number with the rollover counter above it (RFC 3711, section 3.3.1).
  uint64_t Count(size_t payload_size);

  uint64_t next_index() const { return next_index_; }
  transport::Core& transport() { return *transport_; }

 private:
  Identity identity_;
  std::shared_ptr<transport::Core> transport_;
  uint64_t next_index_;
  uint32_t first_timestamp_;
  uint32_t packets_ = 0, payload_bytes_ = 0, packets_reported_ = 0;
};

}  // namespace rtp
