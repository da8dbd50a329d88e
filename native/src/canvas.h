// Drawing on I420 pictures. All coordinates and sizes are even.
#pragma once
#include <cstdint>
#include <vector>

#include "picture_fit.h"

namespace canvas {

using picture_fit::Rect;

// A picture that somebody else holds.
struct View {
  uint8_t *y, *u, *v;
  int y_stride, u_stride, v_stride;
  int width, height;

  // A part of it.
  View Part(const Rect& area) const;
};

// As on a screen: red, green, blue from 0 to 255.
struct Colour {
  uint8_t red, green, blue;
};

// A small picture with an opacity for each pixel.
struct Overlay {
  int width = 0, height = 0;
  std::vector<uint8_t> y, u, v, alpha;
};

// Makes an overlay of ARGB whose colours are multiplied with their alpha, as cairo paints it.
Overlay OverlayFrom(const uint8_t* argb, int stride, int width, int height);

void Fill(const View& target, const Rect& area, Colour colour);
// Scales the picture to the size of the target.
void Scale(const View& picture, const View& target);
// Lays a part of an overlay on the target at this place; nothing if it would not lie inside.
void Blend(const View& target, const Overlay& overlay, const Rect& part, int x, int y);
// Lays all of it there.
void Blend(const View& target, const Overlay& overlay, int x, int y);

}  // namespace canvas
