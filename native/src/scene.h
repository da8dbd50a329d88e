// What a grid shows: tiles, and how they are drawn. On one thread at a time.
#pragma once
#include <gst/gst.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "canvas.h"
#include "picture_decoder.h"

namespace scene {

// Around a tile there is room for the speaker's frame.
constexpr int kMargin = 4;

// One person or one screen.
struct TileSpec {
  canvas::Rect area;
  std::string name;
  // Whether nothing of the picture may be cut off.
  bool whole;
  // Whether it has the speaker's frame around it.
  bool marked;
  // Null = there is no picture to be shown.
  std::shared_ptr<picture_decoder::Source> source;
};

using OverlayPtr = std::shared_ptr<const canvas::Overlay>;

// What is written on tiles, for scenes that follow one another with much the same names; each is made once.
class Labels {
 public:
  OverlayPtr Name(const TileSpec& tile) { return Find(tile, false); }
  OverlayPtr Initial(const TileSpec& tile) { return Find(tile, true); }
  // Lets go what was not asked for since the last time.
  void Tidy();

 private:
  using Key = std::tuple<std::string, int, int, bool>;
  struct Entry {
    OverlayPtr overlay;
    bool used;
  };
  OverlayPtr Find(const TileSpec& tile, bool initial);
  std::map<Key, Entry> entries_;
};

class Scene {
 public:
  Scene(std::vector<TileSpec> tiles, Labels& labels);

  // Draws the tiles that have changed since it was called last, the first time everything; false when there was nothing to do.
  bool Draw(const canvas::View& canvas);
  // Whether it has drawn a picture of everybody who has one.
  bool IsComplete() const;

 private:
  struct Tile {
    TileSpec spec;
    OverlayPtr name, initial;
    uint64_t drawn = 0;
  };
  void DrawGround(const canvas::View& canvas) const;
  void DrawTile(const canvas::View& canvas, const Tile& tile, GstSample* sample) const;

  std::vector<Tile> tiles_;
  bool is_new_ = true;
};

}  // namespace scene
