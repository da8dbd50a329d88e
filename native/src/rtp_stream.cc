#include "rtp_stream.h"

#include "bytes.h"
#include "ntp.h"
#include "running_time.h"

namespace rtp {
// The first sequence number is below 2^15, so that packets that are lost at once do not hide the rollover (RFC 3711, section 3.3.1).
Stream::Stream(Identity identity, std::shared_ptr<transport::Core> transport)
    : identity_(identity), transport_(std::move(transport)), next_index_(g_random_int() & 0x7fff), first_timestamp_(g_random_int()) {}

uint32_t Stream::TimestampAt(GstClockTime time) const {
  return first_timestamp_ + static_cast<uint32_t>(gst_util_uint64_scale(time, identity_.clock_rate, GST_SECOND));
}

void Stream::WriteHeader(uint8_t* packet, uint64_t index, bool marker, uint32_t timestamp) const {
  packet[0] = 0x80;
  packet[1] = static_cast<uint8_t>((marker ? 0x80 : 0) | identity_.payload_type);
  bytes::Put16(packet + 2, static_cast<uint32_t>(index & 0xffff));
  bytes::Put32(packet + 4, timestamp);
  bytes::Put32(packet + 8, identity_.ssrc);
}

size_t Stream::Protect(uint8_t* packet, size_t size, uint64_t index) {
  return transport_->encryptor().ProtectRtp(packet, kHeaderSize, size, static_cast<uint32_t>(index >> 16));
}

uint64_t Stream::Count(size_t payload_size) {
  packets_++;
  payload_bytes_ += static_cast<uint32_t>(payload_size);
  return next_index_++;
}

void Stream::Report() {
  if (packets_ == packets_reported_) return;
  packets_reported_ = packets_;
  rtcp::SenderReport report = {identity_.ssrc, ntp::Now(), TimestampAt(running_time::Now()), packets_, payload_bytes_};
  transport_->SendReport(report);
}

}  // namespace rtp
