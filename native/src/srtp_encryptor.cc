#include "srtp_encryptor.h"

#include "bytes.h"

namespace srtp {

Encryptor::Encryptor(const uint8_t* master) : rtp_(master, 0), rtcp_(master, 3) {}

size_t Encryptor::ProtectRtp(uint8_t* packet, size_t header_size, size_t size, uint32_t rollover_counter) {
  uint64_t index = static_cast<uint64_t>(rollover_counter) << 16 | bytes::Get16(packet + 2);
  rtp_.cipher.Apply(rtp_.salt, bytes::Get32(packet + 8), index, packet + header_size, size - header_size);
  uint8_t counter[4];
  bytes::Put32(counter, rollover_counter);
  rtp_.hmac.Tag(packet, size, counter, sizeof(counter), packet + size);
  return size + kTagSize;
}

size_t Encryptor::ProtectRtcp(uint8_t* packet, size_t size, uint32_t index) {
  rtcp_.cipher.Apply(rtcp_.salt, bytes::Get32(packet + 4), index, packet + kRtcpClearSize, size - kRtcpClearSize);
  bytes::Put32(packet + size, index | 0x80000000);
  rtcp_.hmac.Tag(packet, size, packet + size, 4, packet + size + 4);
  return size + kRtcpTrailerSize;
}

}  // namespace srtp
