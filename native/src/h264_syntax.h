// The few parts of H.264 (ITU-T H.264; section numbers are its own) that forwarding looks at. All input is foreign: what cannot be
// read, or is of no profile that browsers agree on here, is no value.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace h264 {

// Types of NAL units (table 7-1).
enum UnitType : uint8_t { kSlice = 1, kIdrSlice = 5, kSequenceSet = 7, kPictureSet = 8 };

// A NAL unit in a byte stream, without its start code; the bytes are the stream's.
struct Unit {
  const uint8_t* data;
  size_t size;

  uint8_t type() const { return data[0] & 0x1f; }
  // Zero when nothing refers to it.
  uint8_t importance() const { return data[0] >> 5 & 3; }
};

constexpr size_t kMaxUnits = 1024;

// The NAL units of a byte stream (annex B); nothing when it is none, or has more than kMaxUnits.
std::optional<std::vector<Unit>> Split(const uint8_t* data, size_t size);

struct SequenceSet {
  uint32_t id;
};
// A sequence parameter set (7.3.2.1.1) of the profiles 66, 77 and 88, of pictures no larger than those of level 5.2.
std::optional<SequenceSet> ReadSequenceSet(const Unit& unit);

struct PictureSet {
  uint32_t id, sequence_set;
};
// The beginning of a picture parameter set (7.3.2.2).
std::optional<PictureSet> ReadPictureSet(const Unit& unit);

struct Slice {
  uint32_t first_macroblock, picture_set;
};
// The beginning of the header of an I or P slice (7.3.3).
std::optional<Slice> ReadSlice(const Unit& unit);

}  // namespace h264
