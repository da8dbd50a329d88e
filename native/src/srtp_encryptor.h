// Encrypts what is sent to one page: SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711), the one profile that webrtcbin negotiates. On
// OpenSSL, because Debian's libsrtp is built on NSS, where a packet costs eight times as much.
#pragma once
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace srtp {

constexpr size_t kMasterSize = 30;  // a key of 16 bytes and a salt of 14, as DTLS exports them (RFC 5764, section 4.2)
constexpr size_t kTagSize = 10;
// What ProtectRtcp adds: the index and the tag.
constexpr size_t kRtcpTrailerSize = 4 + kTagSize;

// HMAC-SHA1 (RFC 2104) with the work that depends on the key alone done once.
class Hmac {
 public:
  void SetKey(const uint8_t* key, size_t size);
  // Writes the first kTagSize bytes of the code of two pieces.
  void Tag(const uint8_t* data, size_t size, const uint8_t* more, size_t more_size, uint8_t* tag) const;

 private:
  SHA_CTX inner_{}, outer_{};
};

// AES in counter mode with a session key, and the session salt (RFC 3711, section 4.1.1).
class Cipher {
 public:
  Cipher();
  ~Cipher();
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  void SetKey(const uint8_t* key);
  // Exclusive-ors the key stream of a packet into `data`; `index` is the packet's, of 48 bits.
  void Apply(const std::array<uint8_t, 14>& salt, uint32_t ssrc, uint64_t index, uint8_t* data, size_t size);

 private:
  EVP_CIPHER_CTX* context_;
};

class Encryptor {
 public:
  explicit Encryptor(const uint8_t* master);

  // Encrypts an RTP packet of `size` bytes in place from `header_size` on and puts the tag behind it; answers the new size.
  size_t ProtectRtp(uint8_t* packet, size_t header_size, size_t size, uint32_t rollover_counter);

  // The same for a compound RTCP packet with its SRTCP index of 31 bits.
  size_t ProtectRtcp(uint8_t* packet, size_t size, uint32_t index);

 private:
  struct Session {
    Cipher cipher;
    Hmac hmac;
    std::array<uint8_t, 14> salt;
  };
  static void Derive(Session& session, const uint8_t* master, uint8_t first_label);

  Session rtp_, rtcp_;
};

}  // namespace srtp
