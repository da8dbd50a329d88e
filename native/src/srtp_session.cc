#include "srtp_session.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "bytes.h"

namespace srtp {
namespace {

constexpr size_t kKeySize = 16, kSaltSize = 14, kAuthKeySize = 20;

}  // namespace

void Hmac::SetKey(const uint8_t* key, size_t size) {
  uint8_t pad[SHA_CBLOCK];
  for (auto [context, mask] : {std::pair{&inner_, 0x36}, std::pair{&outer_, 0x5c}}) {
    memset(pad, mask, sizeof(pad));
    for (size_t i = 0; i < size; i++) pad[i] = static_cast<uint8_t>(key[i] ^ mask);
    SHA1_Init(context);
    SHA1_Update(context, pad, sizeof(pad));
  }
}

void Hmac::Tag(const uint8_t* data, size_t size, const uint8_t* more, size_t more_size, uint8_t* tag) const {
  uint8_t digest[SHA_DIGEST_LENGTH];
  SHA_CTX context = inner_;
  SHA1_Update(&context, data, size);
  SHA1_Update(&context, more, more_size);
  SHA1_Final(digest, &context);
  context = outer_;
  SHA1_Update(&context, digest, sizeof(digest));
  SHA1_Final(digest, &context);
  memcpy(tag, digest, kTagSize);
}

Cipher::Cipher() : context_(EVP_CIPHER_CTX_new()) {
  if (!context_) throw std::bad_alloc();
}

Cipher::~Cipher() {
  EVP_CIPHER_CTX_free(context_);
}

void Cipher::SetKey(const uint8_t* key) {
  if (EVP_EncryptInit_ex(context_, EVP_aes_128_ctr(), nullptr, key, nullptr) != 1) throw std::runtime_error("OpenSSL has no AES-CTR");
}

void Cipher::Apply(const std::array<uint8_t, 14>& salt, uint32_t ssrc, uint64_t index, uint8_t* data, size_t size) {
  uint8_t counter[16] = {};
  bytes::Put32(counter + 4, ssrc);
  bytes::Put32(counter + 8, static_cast<uint32_t>(index >> 16));
  bytes::Put16(counter + 12, static_cast<uint32_t>(index & 0xffff));
  for (size_t i = 0; i < kSaltSize; i++) counter[i] ^= salt[i];
  int written;
  EVP_EncryptInit_ex(context_, nullptr, nullptr, nullptr, counter);
  EVP_EncryptUpdate(context_, data, &written, data, static_cast<int>(size));
}

// The key stream of the master key, with the label exclusive-ored into the salt: it stands where the lowest byte of a packet's SSRC would.
Session::Session(const uint8_t* master, uint8_t first_label) {
  Cipher generator;
  generator.SetKey(master);
  std::array<uint8_t, kSaltSize> master_salt;
  std::copy_n(master + kKeySize, kSaltSize, master_salt.begin());
  uint8_t key[kKeySize] = {}, auth[kAuthKeySize] = {};
  generator.Apply(master_salt, first_label, 0, key, sizeof(key));
  generator.Apply(master_salt, first_label + 1U, 0, auth, sizeof(auth));
  generator.Apply(master_salt, first_label + 2U, 0, salt.data(), salt.size());
  cipher.SetKey(key);
  hmac.SetKey(auth, sizeof(auth));
}

}  // namespace srtp
