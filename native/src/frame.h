// An encoded picture, shared by all who send it.
#pragma once
#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace frame {

struct Frame {
  std::vector<uint8_t> data;
  bool is_key;
};

using FramePtr = std::shared_ptr<const Frame>;

}  // namespace frame
