#include "picture_fit.h"

#include <algorithm>
#include <cmath>

namespace picture_fit {
namespace {

// What a picture of 4:3 loses in a tile of 16:9.
constexpr double kMostCutOff = 0.25;
constexpr double kRounding = 0.01;
// To be copied, or scaled to a half or a quarter, which takes an eighth of the time and is sharper, a picture may lose as much.
constexpr double kMostForStep = 0.04;

int Even(double length, int limit) {
  return std::clamp(static_cast<int>(std::lround(length / 2)) * 2, 2, limit & ~1);
}

// The next larger one of 1, 1/2 and 1/4, if it is near.
double ToStep(double scale) {
  for (double step : {1.0, 0.5, 0.25})
    if (scale <= step && scale >= step * (1 - kMostForStep)) return step;
  return scale;
}

// A rectangle of this size in the middle of another one that begins at 0.
Rect Centred(int width, int height, int outer_width, int outer_height) {
  return {((outer_width - width) / 2) & ~1, ((outer_height - height) / 2) & ~1, width, height};
}

}  // namespace

Fit FitInto(int picture_width, int picture_height, int tile_width, int tile_height, bool whole) {
  double across = static_cast<double>(tile_width) / picture_width, down = static_cast<double>(tile_height) / picture_height;
  double cut_off = 1 - std::min(across, down) / std::max(across, down);
  bool fills = !whole && cut_off <= kMostCutOff + kRounding;
  double scale = fills ? ToStep(std::max(across, down)) : std::min(across, down);
  int source_width = fills ? Even(tile_width / scale, picture_width) : picture_width & ~1;
  int source_height = fills ? Even(tile_height / scale, picture_height) : picture_height & ~1;
  int target_width = fills ? tile_width : Even(picture_width * scale, tile_width);
  int target_height = fills ? tile_height : Even(picture_height * scale, tile_height);
  return {Centred(source_width, source_height, picture_width, picture_height),
          Centred(target_width, target_height, tile_width, tile_height)};
}

}  // namespace picture_fit
