// A picture of a page: packets put in order and together, each whole picture with the time at which it was taken.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "depayloader.h"
#include "media_clock.h"
#include "packet_order.h"

namespace video_source {

class VideoSource {
 public:
  // `time_ns` in the terms of the arrivals.
  using OnPicture = std::function<void(depayloader::Picture picture, int64_t time_ns)>;

  VideoSource(frame::Codec codec, OnPicture on_picture);

  void Put(uint64_t index, const depayloader::Payload& payload, int64_t now_us, int64_t arrival_ns);
  void GiveUp(int64_t now_us, int64_t patience_us) { order_.GiveUp(now_us, patience_us); }
  bool waits() const { return order_.waits(); }
  // Whether a packet would still be of use.
  bool Wants(uint64_t index) const { return order_.Wants(index); }
  std::vector<uint16_t> TakeLost(int64_t now_us, int64_t interval_us) { return order_.TakeDue(now_us, interval_us); }
  // Whether a key frame should be asked for now.
  bool TakeKeyFrameRequest(int64_t now_us);

 private:
  std::unique_ptr<depayloader::Depayloader> depayloader_;
  media_clock::MediaClock clock_;
  packet_order::PacketOrder order_;
  int64_t arrival_ns_ = 0;
  std::optional<int64_t> asked_us_;
};

}  // namespace video_source
