// Makes frames that can be sent of what a depayloader or an encoder gives, and keeps back what no decoder could read.
#pragma once
#include <memory>
#include <vector>

#include "frame.h"

namespace frame_reader {

// A frame to be sent; a loss, after which only a key frame is of use; or neither, when there was no picture.
struct Reading {
  frame::FramePtr frame;
  bool is_lost;
};

inline Reading Good(frame::FramePtr frame) { return {std::move(frame), false}; }
inline Reading Lost() { return {nullptr, true}; }
inline Reading Nothing() { return {nullptr, false}; }

// Reads one stream; not on several threads at the same time.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Reading Read(std::vector<uint8_t> picture) = 0;
};

std::unique_ptr<Reader> Make(frame::Codec codec);

}  // namespace frame_reader
