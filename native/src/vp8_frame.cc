#include "vp8_frame.h"

namespace vp8_frame {
namespace {

constexpr size_t kFrameTagBytes = 3;
constexpr size_t kKeyFrameHeaderBytes = 10;
constexpr size_t kPartitionSizeBytes = 3;
constexpr int kDimensionMask = 0x3fff;  // the two bits above are for scaling
constexpr uint8_t kLargestVersion = 3;

// The arithmetic decoder of RFC 6386, section 7, for flags of even odds: no other stand before the number of partitions.
class FlagReader {
 public:
  FlagReader(const uint8_t* bytes, size_t size) : bytes_(bytes), size_(size) {
    window_ = Next() << 8;
    window_ |= Next();
  }

  bool Flag() {
    uint32_t split = 1 + ((range_ - 1) >> 1);
    bool flag = window_ >= split << 8;
    if (flag) {
      window_ -= split << 8;
      range_ -= split;
    } else {
      range_ = split;
    }
    for (; range_ < 128; range_ <<= 1) Shift();
    return flag;
  }

  unsigned Number(int bits) {
    unsigned number = 0;
    while (bits-- > 0) number = number << 1 | (Flag() ? 1 : 0);
    return number;
  }

  // A value that is there only if the flag before it says so.
  void SkipOptional(int bits) {
    if (Flag()) Number(bits);
  }

  bool ranOut() const { return shifts_ > size_ * 8; }

 private:
  uint32_t Next() { return next_ < size_ ? bytes_[next_++] : 0; }

  void Shift() {
    window_ <<= 1;
    if (++shifts_ % 8 == 0) window_ |= Next();
  }

  const uint8_t* bytes_;
  size_t size_;
  size_t next_ = 0;
  size_t shifts_ = 0;
  uint32_t window_ = 0;
  uint32_t range_ = 255;
};

void SkipSegmentation(FlagReader& header) {
  bool has_map = header.Flag();
  bool has_features = header.Flag();
  if (has_features) {
    header.Flag();
    for (int i = 0; i < 4; i++) header.SkipOptional(7 + 1);
    for (int i = 0; i < 4; i++) header.SkipOptional(6 + 1);
  }
  if (!has_map) return;
  for (int i = 0; i < 3; i++) header.SkipOptional(8);
}

void SkipLoopFilter(FlagReader& header) {
  header.Number(1 + 6 + 3);
  bool has_deltas = header.Flag();
  if (!has_deltas || !header.Flag()) return;
  for (int i = 0; i < 8; i++) header.SkipOptional(6 + 1);
}

}  // namespace

bool IsWellFormed(const uint8_t* frame, size_t size) {
  if (size < kFrameTagBytes) return false;
  uint32_t tag = frame[0] | frame[1] << 8 | frame[2] << 16;
  bool is_key_frame = (tag & 1) == 0;
  size_t start = is_key_frame ? kKeyFrameHeaderBytes : kFrameTagBytes;
  size_t first_size = tag >> 5;
  if ((tag >> 1 & 7) > kLargestVersion || start + first_size > size) return false;
  if (is_key_frame && (frame[3] != 0x9d || frame[4] != 0x01 || frame[5] != 0x2a)) return false;

  FlagReader header(frame + start, first_size);
  if (is_key_frame) header.Number(2);
  if (header.Flag()) SkipSegmentation(header);
  SkipLoopFilter(header);
  size_t partitions = size_t{1} << header.Number(2);
  if (header.ranOut()) return false;

  const uint8_t* sizes = frame + start + first_size;
  size_t end = start + first_size + (partitions - 1) * kPartitionSizeBytes;
  if (end >= size) return false;
  for (size_t i = 0; i + 1 < partitions; i++, sizes += kPartitionSizeBytes) end += sizes[0] | sizes[1] << 8 | sizes[2] << 16;
  return end < size;  // the last partition is what is left
}

size_t PixelsOf(const uint8_t* frame, size_t size) {
  if (size < kKeyFrameHeaderBytes) return 0;
  size_t width = (frame[6] | frame[7] << 8) & kDimensionMask, height = (frame[8] | frame[9] << 8) & kDimensionMask;
  return width * height;
}

}  // namespace vp8_frame
