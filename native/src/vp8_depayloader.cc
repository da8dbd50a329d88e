#include "vp8_depayloader.h"

namespace depayloader {
namespace {

// Section 4.2.
constexpr uint8_t kExtended = 0x80, kStartsPartition = 0x10, kPartition = 0x07;
constexpr uint8_t kHasPictureId = 0x80, kHasLevelZeroIndex = 0x40, kHasLayer = 0x20, kHasKeyIndex = 0x10;

// The size of the descriptor; 0 when it is longer than the payload.
size_t DescriptorSize(const uint8_t* payload, size_t size) {
  size_t at = 1;
  if (payload[0] & kExtended) {
    if (size < 2) return 0;
    uint8_t has = payload[1];
    at = 2;
    if (has & kHasPictureId) {
      if (at >= size) return 0;
      at += payload[at] & 0x80 ? 2 : 1;
    }
    if (has & kHasLevelZeroIndex) at++;
    if (has & (kHasLayer | kHasKeyIndex)) at++;
  }
  return at < size ? at : 0;
}

}  // namespace

bool Vp8Depayloader::Append(const uint8_t* payload, size_t size, Picture& picture) {
  size_t descriptor = DescriptorSize(payload, size);
  if (descriptor == 0) return false;
  bool starts_picture = (payload[0] & kStartsPartition) != 0 && (payload[0] & kPartition) == 0;
  if (starts_picture != picture.data.empty()) return false;
  // A key frame says so in its first bit (RFC 6386, section 9.1).
  if (starts_picture) picture.is_key = (payload[descriptor] & 1) == 0;
  picture.data.insert(picture.data.end(), payload + descriptor, payload + size);
  return true;
}

}  // namespace depayloader
