// A received RTP packet (RFC 3550, section 5.1), as far as it is of use here. All input is foreign.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

namespace rtp {

// The header of a packet; the payload lies in the packet behind `header_size` bytes.
struct Header {
  bool marker;
  uint8_t payload_type;
  uint16_t sequence;
  uint32_t timestamp;
  uint32_t ssrc;
  size_t header_size;  // with the CSRCs and the extension
  bool padded;
  // The number for all packets of the transport, from the header extension that carries it.
  std::optional<uint16_t> transport_sequence;
};

// Reads the header; nothing when it is none, or longer than the packet. `transport_id` is the id of the one-byte header extension
// (RFC 8285, section 4.2) with the number for all packets, 0 for none.
std::optional<Header> ReadHeader(const uint8_t* packet, size_t size, uint8_t transport_id);

// The size of the payload, without padding; nothing when there is more padding than payload.
std::optional<size_t> PayloadSize(const Header& header, const uint8_t* packet, size_t size);

// Whether a datagram is RTP or RTCP, going by its first byte (RFC 7983), and which of both by its second (RFC 5761, section 4).
bool IsRtpOrRtcp(const uint8_t* datagram, size_t size);
bool IsRtcp(const uint8_t* datagram, size_t size);

}  // namespace rtp
