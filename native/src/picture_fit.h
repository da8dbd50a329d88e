// How a picture comes into a tile without being distorted.
#pragma once

namespace picture_fit {

struct Rect {
  int x, y, width, height;
};

// The part of the picture that is shown, and where in the tile.
struct Fit {
  Rect source, target;
};

// Fills the tile when that cuts off no more than a quarter of the picture, and shows all of it between bars otherwise, or when it has
// to be `whole`. All numbers of the result are even, as the chroma planes need it.
Fit FitInto(int picture_width, int picture_height, int tile_width, int tile_height, bool whole);

}  // namespace picture_fit
