#include "scene.h"

#include <gst/video/video.h>

#include <algorithm>

#include "label.h"

namespace scene {
namespace {

using canvas::Colour;
using canvas::Rect;
using canvas::View;

constexpr Colour kGround = {17, 19, 23}, kTile = {42, 46, 54}, kMark = {74, 222, 128};
constexpr int kCornerRadius = 8, kMarkWidth = kMargin, kMarkRadius = kCornerRadius + kMarkWidth;

const canvas::Overlay& GroundCorners() {
  static const auto* corners = new canvas::Overlay(label::Corners(kMarkRadius, kGround));
  return *corners;
}
const canvas::Overlay& TileCorners(bool marked) {
  static const auto* plain = new canvas::Overlay(label::Corners(kCornerRadius, kGround));
  static const auto* in_mark = new canvas::Overlay(label::Corners(kCornerRadius, kMark));
  return marked ? *in_mark : *plain;
}

void RoundCorners(const View& canvas, const Rect& area, const canvas::Overlay& corners) {
  int radius = corners.width / 2, right = area.x + area.width - radius, bottom = area.y + area.height - radius;
  canvas::Blend(canvas, corners, {0, 0, radius, radius}, area.x, area.y);
  canvas::Blend(canvas, corners, {radius, 0, radius, radius}, right, area.y);
  canvas::Blend(canvas, corners, {0, radius, radius, radius}, area.x, bottom);
  canvas::Blend(canvas, corners, {radius, radius, radius, radius}, right, bottom);
}

// Draws a decoded picture; false when it cannot be read.
bool DrawSample(const View& tile, GstSample* sample, bool whole) {
  GstVideoInfo info;
  GstVideoFrame frame;
  auto* caps = gst_sample_get_caps(sample);
  auto* buffer = gst_sample_get_buffer(sample);
  if (!caps || !buffer || !gst_video_info_from_caps(&info, caps) || GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420) return false;
  if (GST_VIDEO_INFO_WIDTH(&info) < 2 || GST_VIDEO_INFO_HEIGHT(&info) < 2) return false;
  if (!gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ)) return false;
  auto plane = [&frame](guint index) { return static_cast<uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, index)); };
  View picture = {plane(0),
                  plane(1),
                  plane(2),
                  GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0),
                  GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 1),
                  GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 2),
                  GST_VIDEO_FRAME_WIDTH(&frame),
                  GST_VIDEO_FRAME_HEIGHT(&frame)};
  auto fit = picture_fit::FitInto(picture.width, picture.height, tile.width, tile.height, whole);
  if (fit.target.width < tile.width || fit.target.height < tile.height) canvas::Fill(tile, {0, 0, tile.width, tile.height}, kTile);
  canvas::Scale(picture.Part(fit.source), tile.Part(fit.target));
  gst_video_frame_unmap(&frame);
  return true;
}

}  // namespace

OverlayPtr Labels::Find(const TileSpec& tile, bool initial) {
  auto& entry = entries_[Key(tile.name, tile.area.width, tile.area.height, initial)];
  if (!entry.overlay) {
    auto make = initial ? label::Initial : label::Name;
    entry.overlay = std::make_shared<canvas::Overlay>(make(tile.name, tile.area.width, tile.area.height));
  }
  entry.used = true;
  return entry.overlay;
}

void Labels::Tidy() {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    bool used = entry->second.used;
    entry->second.used = false;
    entry = used ? std::next(entry) : entries_.erase(entry);
  }
}

Scene::Scene(std::vector<TileSpec> specs, Labels& labels) {
  for (auto& spec : specs) {
    auto name = labels.Name(spec), initial = labels.Initial(spec);
    tiles_.push_back({std::move(spec), std::move(name), std::move(initial)});
  }
}

bool Scene::Draw(const View& canvas) {
  bool everything = is_new_, changed = is_new_;
  if (is_new_) DrawGround(canvas);
  is_new_ = false;
  for (auto& tile : tiles_) {
    auto picture = tile.spec.source ? tile.spec.source->Latest() : nullptr;
    uint64_t number = picture ? picture->number() : 0;
    if (!everything && number == tile.drawn) continue;
    DrawTile(canvas, tile, picture ? picture->sample() : nullptr);
    tile.drawn = number;
    changed = true;
  }
  return changed;
}

bool Scene::IsComplete() const {
  return std::all_of(tiles_.begin(), tiles_.end(), [](const Tile& tile) { return !tile.spec.source || tile.drawn > 0; });
}

void Scene::DrawGround(const View& canvas) const {
  canvas::Fill(canvas, {0, 0, canvas.width, canvas.height}, kGround);
  for (const auto& tile : tiles_) {
    if (!tile.spec.marked) continue;
    const auto& area = tile.spec.area;
    Rect mark = {area.x - kMarkWidth, area.y - kMarkWidth, area.width + 2 * kMarkWidth, area.height + 2 * kMarkWidth};
    canvas::Fill(canvas, mark, kMark);
    RoundCorners(canvas, mark, GroundCorners());
  }
}

void Scene::DrawTile(const View& canvas, const Tile& tile, GstSample* sample) const {
  const auto& area = tile.spec.area;
  auto part = canvas.Part(area);
  if (!sample || !DrawSample(part, sample, tile.spec.whole)) {
    canvas::Fill(part, {0, 0, area.width, area.height}, kTile);
    const auto& initial = *tile.initial;
    canvas::Blend(part, initial, ((area.width - initial.width) / 2) & ~1, ((area.height - initial.height) / 2) & ~1);
  }
  int margin = std::max(4, area.height / 45) & ~1;
  canvas::Blend(part, *tile.name, margin, area.height - tile.name->height - margin);
  RoundCorners(canvas, area, TileCorners(tile.spec.marked));
}

}  // namespace scene
