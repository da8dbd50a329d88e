#include "h264_payload.h"

#include <algorithm>
#include <iterator>

#include "bytes.h"

namespace h264_payload {
namespace {

using h264::Unit;

constexpr uint8_t kSeveralUnits = 24, kPartOfUnit = 28;  // STAP-A and FU-A (table 1)
constexpr uint8_t kStart = 0x80, kEnd = 0x40;
constexpr size_t kSizeField = 2, kPartHeader = 2;

class Packer {
 public:
  Packer(std::vector<uint8_t>& data, std::vector<frame::Piece>& pieces) : data_(data), pieces_(pieces) {}

  void Pack(const std::vector<Unit>& units) {
    for (auto unit = units.begin(); unit != units.end();) {
      auto end = EndOfPacket(unit, units.end());
      if (end - unit > 1) {
        PutSeveral(unit, end);
      } else if (unit->size <= frame::kMaxPayloadSize) {
        PutOne(*unit);
      } else {
        PutParts(*unit);
      }
      unit = end;
    }
  }

 private:
  using Iterator = std::vector<Unit>::const_iterator;

  // Behind the last unit that finds room in a packet with the first.
  static Iterator EndOfPacket(Iterator first, Iterator end) {
    size_t size = 1 + kSizeField + first->size;
    auto unit = first + 1;
    while (unit != end && size + kSizeField + unit->size <= frame::kMaxPayloadSize) size += kSizeField + (unit++)->size;
    return unit;
  }

  void PutOne(const Unit& unit) {
    pieces_.push_back({data_.size(), unit.size});
    data_.insert(data_.end(), unit.data, unit.data + unit.size);
  }

  // Section 5.7.1.
  void PutSeveral(Iterator first, Iterator end) {
    size_t from = data_.size();
    uint8_t importance = 0;
    for (auto unit = first; unit != end; unit++) importance = std::max(importance, unit->importance());
    data_.push_back(static_cast<uint8_t>(importance << 5 | kSeveralUnits));
    for (auto unit = first; unit != end; unit++) {
      uint8_t size[kSizeField];
      bytes::Put16(size, static_cast<uint32_t>(unit->size));
      data_.insert(data_.end(), size, size + kSizeField);
      data_.insert(data_.end(), unit->data, unit->data + unit->size);
    }
    pieces_.push_back({from, data_.size() - from});
  }

  // Section 5.8: the unit's own header byte is told by the parts' headers.
  void PutParts(const Unit& unit) {
    parts_.clear();
    frame::Cut(1, unit.size - 1, frame::kMaxPayloadSize - kPartHeader, parts_);
    for (const auto& part : parts_) {
      size_t from = data_.size();
      bool starts = &part == &parts_.front(), ends = &part == &parts_.back();
      data_.push_back(static_cast<uint8_t>((unit.data[0] & 0xe0) | kPartOfUnit));
      data_.push_back(static_cast<uint8_t>((starts ? kStart : 0) | (ends ? kEnd : 0) | unit.type()));
      data_.insert(data_.end(), unit.data + part.from, unit.data + part.from + part.size);
      pieces_.push_back({from, data_.size() - from});
    }
  }

  std::vector<uint8_t>& data_;
  std::vector<frame::Piece>& pieces_;
  std::vector<frame::Piece> parts_;
};

}  // namespace

void Pack(const std::vector<Unit>& units, std::vector<uint8_t>& data, std::vector<frame::Piece>& pieces) {
  Packer(data, pieces).Pack(units);
}

std::vector<uint8_t> Unpack(const std::vector<uint8_t>& data, const std::vector<frame::Piece>& pieces) {
  static constexpr uint8_t kStartCode[] = {0, 0, 0, 1};
  std::vector<uint8_t> stream;
  stream.reserve(data.size() + 64);
  auto begin = [&stream] { stream.insert(stream.end(), std::begin(kStartCode), std::end(kStartCode)); };
  for (const auto& piece : pieces) {
    const uint8_t *payload = data.data() + piece.from, *end = payload + piece.size;
    uint8_t type = payload[0] & 0x1f;
    if (type == kPartOfUnit) {
      if (payload[1] & kStart) {
        begin();
        stream.push_back(static_cast<uint8_t>((payload[0] & 0xe0) | (payload[1] & 0x1f)));
      }
      stream.insert(stream.end(), payload + kPartHeader, end);
    } else if (type == kSeveralUnits) {
      for (payload++; payload < end;) {
        size_t size = static_cast<size_t>(payload[0] << 8 | payload[1]);
        payload += kSizeField;
        begin();
        stream.insert(stream.end(), payload, payload + size);
        payload += size;
      }
    } else {
      begin();
      stream.insert(stream.end(), payload, end);
    }
  }
  return stream;
}

}  // namespace h264_payload
