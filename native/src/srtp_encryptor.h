// Encrypts what is sent to one page (RFC 3711).
#pragma once
#include "srtp_session.h"

namespace srtp {

class Encryptor {
 public:
  explicit Encryptor(const uint8_t* master);

  // Encrypts an RTP packet of `size` bytes in place from `header_size` on and puts the tag behind it; answers the new size.
  size_t ProtectRtp(uint8_t* packet, size_t header_size, size_t size, uint32_t rollover_counter);

  // The same for a compound RTCP packet with its SRTCP index of 31 bits.
  size_t ProtectRtcp(uint8_t* packet, size_t size, uint32_t index);

 private:
  Session rtp_, rtcp_;
};

}  // namespace srtp
