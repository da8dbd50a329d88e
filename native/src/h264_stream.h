// What is forwarded of an H.264 stream: whole pictures that a decoder can begin to read, each key frame with the parameter sets that
// it needs, and nothing else.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "frame_reader.h"
#include "h264_syntax.h"

namespace h264 {

class Stream : public frame_reader::Reader {
 public:
  frame_reader::Reading Read(std::vector<uint8_t> access_unit) override;

 private:
  using Bytes = std::vector<uint8_t>;
  struct PictureSetBytes {
    uint32_t sequence_set;
    Bytes bytes;
  };
  struct ParameterSets {
    std::map<uint32_t, Bytes> sequence_sets;
    std::map<uint32_t, PictureSetBytes> picture_sets;

    bool empty() const { return sequence_sets.empty() && picture_sets.empty(); }
    // Whether a slice that names this picture parameter set can be read.
    bool Have(uint32_t picture_set) const;
    // Takes a parameter set in; false when it is none, or one too many.
    bool Add(const Unit& unit);
    // Takes from `others` what is named and not there.
    void Complete(uint32_t picture_set, const ParameterSets& others);
  };

  // What of an access unit is forwarded: its slices, and the parameter sets that came with them.
  struct Picture {
    std::vector<Unit> slices;
    std::vector<uint32_t> picture_sets;  // that the slices name
    ParameterSets sets;
    bool is_key = false;
  };

  static std::optional<Picture> ReadPicture(const std::vector<Unit>& units);
  static bool AddSlice(const Unit& unit, Picture& picture);
  // Keeps the sets that hold from this picture on; false when the picture needs others than there are.
  bool Remember(const Picture& picture);

  // Those of the latest key frame, and those that have come since.
  ParameterSets sets_;
};

}  // namespace h264
