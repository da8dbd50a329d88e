#include "canvas.h"

#include <libyuv.h>

namespace canvas {
namespace {

constexpr double kBilinearFactor = 2.2;

// Limited range, BT.601, which is what decoders make of VP8 and ARGBToI420 of ARGB.
int Luma(Colour c) {
  return 16 + (66 * c.red + 129 * c.green + 25 * c.blue + 128) / 256;
}
int BlueDifference(Colour c) {
  return 128 + (-38 * c.red - 74 * c.green + 112 * c.blue) / 256;
}
int RedDifference(Colour c) {
  return 128 + (112 * c.red - 94 * c.green - 18 * c.blue) / 256;
}

void Bilinear(const View& picture, const View& target) {
  libyuv::I420Scale(picture.y, picture.y_stride, picture.u, picture.u_stride, picture.v, picture.v_stride, picture.width, picture.height,
                    target.y, target.y_stride, target.u, target.u_stride, target.v, target.v_stride, target.width, target.height,
                    libyuv::kFilterBilinear);
}

// A picture of an even size in `pixels`.
View NewPicture(int width, int height, std::vector<uint8_t>& pixels) {
  size_t luma = static_cast<size_t>(width) * static_cast<size_t>(height);
  pixels.resize(luma + luma / 2);
  return {pixels.data(), pixels.data() + luma, pixels.data() + luma + luma / 4, width, width / 2, width / 2, width, height};
}

}  // namespace

View View::Part(const Rect& area) const {
  View part = *this;
  part.y += area.y * y_stride + area.x;
  part.u += area.y / 2 * u_stride + area.x / 2;
  part.v += area.y / 2 * v_stride + area.x / 2;
  part.width = area.width;
  part.height = area.height;
  return part;
}

Overlay OverlayFrom(const uint8_t* argb, int stride, int width, int height) {
  Overlay overlay;
  overlay.width = width;
  overlay.height = height;
  size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  overlay.y.resize(pixels);
  overlay.u.resize(pixels / 4);
  overlay.v.resize(pixels / 4);
  overlay.alpha.resize(pixels);
  std::vector<uint8_t> plain(pixels * 4);
  libyuv::ARGBUnattenuate(argb, stride, plain.data(), width * 4, width, height);
  libyuv::ARGBExtractAlpha(argb, stride, overlay.alpha.data(), width, width, height);
  libyuv::ARGBToI420(plain.data(), width * 4, overlay.y.data(), width, overlay.u.data(), width / 2, overlay.v.data(), width / 2, width, height);
  return overlay;
}

void Fill(const View& target, const Rect& area, Colour colour) {
  libyuv::I420Rect(target.y, target.y_stride, target.u, target.u_stride, target.v, target.v_stride, area.x, area.y, area.width, area.height,
                   Luma(colour), BlueDifference(colour), RedDifference(colour));
}

void Scale(const View& picture, const View& target) {
  // Down to half the size four pixels are enough to make one of. What is smaller is made of a half, which costs next to nothing: the
  // filter that looks at all pixels at once takes twice as long as both.
  if (picture.width > kBilinearFactor * target.width || picture.height > kBilinearFactor * target.height) {
    std::vector<uint8_t> pixels;
    auto half = NewPicture(picture.width / 4 * 2, picture.height / 4 * 2, pixels);
    Bilinear(picture.Part({0, 0, 2 * half.width, 2 * half.height}), half);
    Scale(half, target);
  } else {
    Bilinear(picture, target);
  }
}

void Blend(const View& target, const Overlay& overlay, const Rect& part, int x, int y) {
  if (x < 0 || y < 0 || x + part.width > target.width || y + part.height > target.height) return;
  auto under = target.Part({x, y, part.width, part.height});
  int stride = overlay.width, half_stride = overlay.width / 2;
  int offset = part.y * stride + part.x, half_offset = part.y / 2 * half_stride + part.x / 2;
  libyuv::I420Blend(overlay.y.data() + offset, stride, overlay.u.data() + half_offset, half_stride, overlay.v.data() + half_offset, half_stride,
                    under.y, under.y_stride, under.u, under.u_stride, under.v, under.v_stride, overlay.alpha.data() + offset, stride, under.y,
                    under.y_stride, under.u, under.u_stride, under.v, under.v_stride, part.width, part.height);
}

void Blend(const View& target, const Overlay& overlay, int x, int y) {
  Blend(target, overlay, {0, 0, overlay.width, overlay.height}, x, y);
}

}  // namespace canvas
