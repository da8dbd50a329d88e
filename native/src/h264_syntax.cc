#include "h264_syntax.h"

#include <cstring>

namespace h264 {
namespace {

constexpr uint32_t kMaxSequenceSetId = 31, kMaxPictureSetId = 255;
constexpr uint32_t kMaxMacroblocks = 36'864;  // of a picture of level 5.2 (table A-1)

// Reads a NAL unit's payload bit by bit, without the bytes that only keep start codes out of it (7.4.1).
class BitReader {
 public:
  explicit BitReader(const Unit& unit) : at_(unit.data + 1), end_(unit.data + unit.size) {}

  uint32_t Bits(int count) {
    uint32_t value = 0;
    while (count-- > 0) value = value << 1 | Bit();
    return value;
  }

  // An unsigned Exp-Golomb code (9.1); one of more than 31 bits is past the end.
  uint32_t Code() {
    int zeros = 0;
    while (!ran_out_ && Bit() == 0)
      if (++zeros > 31) ran_out_ = true;
    return ran_out_ ? 0 : ((uint32_t{1} << zeros) - 1) + Bits(zeros);
  }

  bool ran_out() const { return ran_out_; }

 private:
  uint32_t Bit() {
    if (left_ == 0) Next();
    if (left_ == 0) return 0;
    return byte_ >> --left_ & 1;
  }

  void Next() {
    if (zeros_ >= 2 && at_ < end_ && *at_ == 3) {
      at_++;
      zeros_ = 0;
    }
    if (at_ == end_) {
      ran_out_ = true;
      return;
    }
    byte_ = *at_++;
    zeros_ = byte_ == 0 ? zeros_ + 1 : 0;
    left_ = 8;
  }

  const uint8_t* at_;
  const uint8_t* end_;
  int zeros_ = 0;
  int left_ = 0;
  uint32_t byte_ = 0;
  bool ran_out_ = false;
};

// The next 00 00 01 from `at` on, or `end`.
const uint8_t* FindStartCode(const uint8_t* at, const uint8_t* end) {
  for (const uint8_t* one = at; end - one > 0; one++) {
    one = static_cast<const uint8_t*>(memchr(one, 1, static_cast<size_t>(end - one)));
    if (!one) return end;
    if (one - at >= 2 && one[-1] == 0 && one[-2] == 0) return one - 2;
  }
  return end;
}

bool SkipOrderCount(BitReader& bits) {
  uint32_t type = bits.Code();
  if (type == 0) return bits.Code() <= 12;
  if (type != 1) return type == 2;
  bits.Bits(1);
  bits.Code();
  bits.Code();
  uint32_t count = bits.Code();
  if (count > 255) return false;
  while (count-- > 0) bits.Code();
  return true;
}

}  // namespace

std::optional<std::vector<Unit>> Split(const uint8_t* data, size_t size) {
  const uint8_t* end = data + size;
  const uint8_t* code = FindStartCode(data, end);
  for (const uint8_t* at = data; at < code; at++)
    if (*at != 0) return std::nullopt;
  std::vector<Unit> units;
  while (code != end) {
    const uint8_t* begin = code + 3;
    code = FindStartCode(begin, end);
    const uint8_t* last = code;
    while (last > begin && last[-1] == 0) last--;
    if (last == begin || units.size() == kMaxUnits) return std::nullopt;
    units.push_back({begin, static_cast<size_t>(last - begin)});
  }
  return units;
}

std::optional<SequenceSet> ReadSequenceSet(const Unit& unit) {
  BitReader bits(unit);
  uint32_t profile = bits.Bits(8);
  if (profile != 66 && profile != 77 && profile != 88) return std::nullopt;
  bits.Bits(16);
  uint32_t id = bits.Code();
  if (id > kMaxSequenceSetId || bits.Code() > 12 || !SkipOrderCount(bits) || bits.Code() > 16) return std::nullopt;
  bits.Bits(1);
  uint64_t width = uint64_t{bits.Code()} + 1, height = uint64_t{bits.Code()} + 1;
  bool has_fields = bits.Bits(1) == 0;
  if (bits.ran_out() || has_fields || width > kMaxMacroblocks || width * height > kMaxMacroblocks) return std::nullopt;
  return SequenceSet{id};
}

std::optional<PictureSet> ReadPictureSet(const Unit& unit) {
  BitReader bits(unit);
  uint32_t id = bits.Code(), sequence_set = bits.Code();
  if (bits.ran_out() || id > kMaxPictureSetId || sequence_set > kMaxSequenceSetId) return std::nullopt;
  return PictureSet{id, sequence_set};
}

std::optional<Slice> ReadSlice(const Unit& unit) {
  constexpr uint32_t kP = 0, kI = 2;
  BitReader bits(unit);
  uint32_t first_macroblock = bits.Code(), type = bits.Code(), picture_set = bits.Code();
  bool is_intra = type % 5 == kI;
  if (bits.ran_out() || type > 9 || first_macroblock >= kMaxMacroblocks || picture_set > kMaxPictureSetId) return std::nullopt;
  if (!is_intra && (type % 5 != kP || unit.type() == kIdrSlice)) return std::nullopt;
  return Slice{first_macroblock, picture_set};
}

}  // namespace h264
