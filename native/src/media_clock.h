// When the pictures of one stream were taken, in our own time: their RTP time with the least delay of the way added, so that the
// jitter of the way does not become one of the pictures.
#pragma once
#include <cstdint>

namespace media_clock {

class MediaClock {
 public:
  explicit MediaClock(uint32_t rate) : rate_(rate) {}

  // The time of an RTP timestamp that has come now; both in nanoseconds since anything.
  int64_t TimeOf(uint32_t timestamp, int64_t arrival_ns) {
    if (started_) media_ += static_cast<int32_t>(timestamp - last_);
    last_ = timestamp;
    int64_t media_ns = media_ * 1'000 / rate_ * 1'000'000 + media_ * 1'000 % rate_ * 1'000'000 / rate_;
    int64_t offset = arrival_ns - media_ns;
    if (!started_ || offset < offset_ || offset - offset_ > kJumpNs) {
      offset_ = offset;
    } else {
      // The clocks of two machines differ by some hundred thousandths.
      offset_ += (offset - offset_) / kSlowness;
    }
    started_ = true;
    return media_ns + offset_;
  }

 private:
  // A sender that has begun anew.
  static constexpr int64_t kJumpNs = 2'000'000'000;
  static constexpr int64_t kSlowness = 500;

  const int64_t rate_;
  bool started_ = false;
  uint32_t last_ = 0;
  int64_t media_ = 0, offset_ = 0;
};

}  // namespace media_clock
