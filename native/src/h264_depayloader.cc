#include "h264_depayloader.h"

#include <utility>

#include "bytes.h"
#include "h264_syntax.h"

namespace depayloader {
namespace {

// Table 1.
constexpr uint8_t kType = 0x1f, kLastSingleType = 23, kSeveralUnits = 24, kPartOfUnit = 28;
constexpr uint8_t kStart = 0x80, kEnd = 0x40;
constexpr uint8_t kStartCode[] = {0, 0, 0, 1};

void Begin(uint8_t header, Picture& picture) {
  picture.data.insert(picture.data.end(), std::begin(kStartCode), std::end(kStartCode));
  picture.data.push_back(header);
  if ((header & kType) == h264::kIdrSlice) picture.is_key = true;
}

bool IsSingle(uint8_t header) {
  uint8_t type = header & kType;
  return type >= 1 && type <= kLastSingleType;
}

bool AppendUnit(const uint8_t* unit, size_t size, Picture& picture) {
  if (size == 0 || !IsSingle(unit[0])) return false;
  Begin(unit[0], picture);
  picture.data.insert(picture.data.end(), unit + 1, unit + size);
  return true;
}

}  // namespace

bool H264Depayloader::Append(const uint8_t* payload, size_t size, Picture& picture) {
  if ((payload[0] & kType) == kPartOfUnit) return AppendPart(payload, size, picture);
  if (in_unit_) return false;
  if ((payload[0] & kType) == kSeveralUnits) return AppendSeveral(payload, size, picture);
  return AppendUnit(payload, size, picture);
}

// Section 5.7.1.
bool H264Depayloader::AppendSeveral(const uint8_t* payload, size_t size, Picture& picture) {
  size_t at = 1;
  while (at + 2 <= size) {
    size_t unit_size = bytes::Get16(payload + at);
    at += 2;
    if (unit_size > size - at || !AppendUnit(payload + at, unit_size, picture)) return false;
    at += unit_size;
  }
  return at == size && size > 1;
}

// Section 5.8.
bool H264Depayloader::AppendPart(const uint8_t* payload, size_t size, Picture& picture) {
  if (size < 3) return false;
  uint8_t part = payload[1];
  bool starts = (part & kStart) != 0;
  if (starts == in_unit_) return false;
  if (starts) {
    auto header = static_cast<uint8_t>((payload[0] & ~kType) | (part & kType));
    if (!IsSingle(header)) return false;
    Begin(header, picture);
  }
  picture.data.insert(picture.data.end(), payload + 2, payload + size);
  in_unit_ = (part & kEnd) == 0;
  return true;
}

bool H264Depayloader::Finish() {
  return !std::exchange(in_unit_, false);
}

}  // namespace depayloader
