#include "loudness.h"

#include <algorithm>
#include <cmath>

namespace loudness {
namespace {

constexpr double kFullScale = 32768.0 * 32768.0;
// A silent microphone measures -70 to -90, whispering -45.
constexpr double kGateLevel = 1e-6 * kFullScale;  // -60 dBov
constexpr int kGateFrames = 25;                   // half a second

}  // namespace

double MeanSquare(const int16_t* samples, size_t count) {
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += int32_t{samples[i]} * samples[i];
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}

int Level(double mean_square) {
  if (mean_square <= 0) return kSilenceDb;
  return std::clamp(static_cast<int>(std::lround(10 * std::log10(mean_square / kFullScale))), kSilenceDb, 0);
}

bool Gate::Hear(double mean_square) {
  frames_left_ = mean_square >= kGateLevel ? kGateFrames : std::max(frames_left_ - 1, 0);
  return frames_left_ > 0;
}

void Meter::Add(double mean_square) {
  sum_ += mean_square;
  frames_++;
}

int Meter::Take() {
  int level = frames_ == 0 ? kSilenceDb : Level(sum_ / frames_);
  sum_ = 0;
  frames_ = 0;
  return level;
}

}  // namespace loudness
