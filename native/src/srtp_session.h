// Keys and ciphers of SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711), the one profile that webrtcbin negotiates. On OpenSSL, because
// Debian's libsrtp is built on NSS, where a packet costs eight times as much.
#pragma once
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace srtp {

constexpr size_t kMasterSize = 30;  // a key of 16 bytes and a salt of 14, as DTLS exports them (RFC 5764, section 4.2)
constexpr size_t kTagSize = 10;
// What SRTCP adds to a packet: the index and the tag.
constexpr size_t kRtcpTrailerSize = 4 + kTagSize;
constexpr size_t kRtcpClearSize = 8;  // the first header and its sender's SSRC stay readable

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

// What a master key gives for packets of one kind (section 4.3).
struct Session {
  // `first_label` is 0 for RTP, 3 for RTCP.
  Session(const uint8_t* master, uint8_t first_label);

  Cipher cipher;
  Hmac hmac;
  std::array<uint8_t, 14> salt{};
};

}  // namespace srtp
