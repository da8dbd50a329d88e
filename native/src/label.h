// What is written on tiles. Any thread may call these; they wait for one another.
#pragma once
#include <string>

#include "canvas.h"

namespace label {

// A name on a dark ground, cut short where it is too long for a tile of this size.
canvas::Overlay Name(const std::string& name, int tile_width, int tile_height);

// A disc with the first character of a name, for the middle of a tile without a picture; its colour is made of the name.
canvas::Overlay Initial(const std::string& name, int tile_width, int tile_height);

// A square with a hole in the shape of a disc: its quarters turn the corners of a rectangle round.
canvas::Overlay Corners(int radius, canvas::Colour outside);

}  // namespace label
