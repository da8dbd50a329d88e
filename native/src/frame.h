// An encoded picture, cut for RTP once and shared by all who send it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace frame {

enum class Codec { kVp8, kH264 };

// What one packet carries of a frame's data.
struct Piece {
  size_t from, size;
};

// The most that a packet carries behind its header, as large as a browser's.
constexpr size_t kMaxPayloadSize = 1184;

struct Frame {
  Codec codec;
  bool is_key;
  std::vector<uint8_t> data;
  std::vector<Piece> pieces;
};

using FramePtr = std::shared_ptr<const Frame>;

// Cuts `size` bytes that begin at `from` into as few pieces of at most `max_size` bytes as possible, of equal size but for the last:
// packets of equal size are sent with one call.
inline void Cut(size_t from, size_t size, size_t max_size, std::vector<Piece>& pieces) {
  size_t count = (size + max_size - 1) / max_size;
  size_t piece_size = count == 0 ? 0 : (size + count - 1) / count;
  for (size_t end = from + size; from < end; from += piece_size) pieces.push_back({from, end - from < piece_size ? end - from : piece_size});
}

}  // namespace frame
