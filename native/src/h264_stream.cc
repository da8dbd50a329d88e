#include "h264_stream.h"

#include <algorithm>

#include "h264_payload.h"

namespace h264 {
namespace {

using frame_reader::Reading;

constexpr size_t kMaxAccessUnitSize = 4'000'000;
// No encoder of a browser uses more of each than a few, of some ten bytes.
constexpr size_t kMaxSets = 16, kMaxSetSize = 512;

template <class Map, class Value>
bool Put(Map& map, uint32_t id, Value value) {
  map.insert_or_assign(id, std::move(value));
  return map.size() <= kMaxSets;
}

}  // namespace

bool Stream::ParameterSets::Have(uint32_t picture_set) const {
  auto found = picture_sets.find(picture_set);
  return found != picture_sets.end() && sequence_sets.count(found->second.sequence_set) > 0;
}

bool Stream::ParameterSets::Add(const Unit& unit) {
  if (unit.size > kMaxSetSize || unit.importance() == 0) return false;
  Bytes bytes(unit.data, unit.data + unit.size);
  if (unit.type() == kSequenceSet) {
    auto set = ReadSequenceSet(unit);
    return set && Put(sequence_sets, set->id, std::move(bytes));
  }
  auto set = ReadPictureSet(unit);
  return set && Put(picture_sets, set->id, PictureSetBytes{set->sequence_set, std::move(bytes)});
}

void Stream::ParameterSets::Complete(uint32_t picture_set, const ParameterSets& others) {
  auto other = others.picture_sets.find(picture_set);
  if (other != others.picture_sets.end()) picture_sets.insert(*other);
  auto own = picture_sets.find(picture_set);
  if (own == picture_sets.end()) return;
  auto sequence_set = others.sequence_sets.find(own->second.sequence_set);
  if (sequence_set != others.sequence_sets.end()) sequence_sets.insert(*sequence_set);
}

bool Stream::AddSlice(const Unit& unit, Picture& picture) {
  bool is_key = unit.type() == kIdrSlice;
  auto slice = ReadSlice(unit);
  if (!slice || (is_key && unit.importance() == 0)) return false;
  // All slices of a picture are of one kind (7.4.1.2.4), and come in order (A.2.1).
  if (picture.slices.empty() ? slice->first_macroblock != 0 : is_key != picture.is_key) return false;
  picture.is_key = is_key;
  picture.slices.push_back(unit);
  if (picture.picture_sets.empty() || picture.picture_sets.back() != slice->picture_set) picture.picture_sets.push_back(slice->picture_set);
  return true;
}

std::optional<Stream::Picture> Stream::ReadPicture(const std::vector<Unit>& units) {
  Picture picture;
  for (const auto& unit : units) {
    bool is_forbidden = (unit.data[0] & 0x80) != 0;
    if (is_forbidden) return std::nullopt;
    switch (unit.type()) {
      case kSlice:
      case kIdrSlice:
        if (!AddSlice(unit, picture)) return std::nullopt;
        break;
      case kSequenceSet:
      case kPictureSet:
        if (!picture.slices.empty() || !picture.sets.Add(unit)) return std::nullopt;
        break;
      default:
        break;  // delimiters, hints and extensions: a decoder of the agreed profile can do without them
    }
  }
  return picture;
}

bool Stream::Remember(const Picture& picture) {
  auto can_read = [&picture](const ParameterSets& sets) {
    const auto& named = picture.picture_sets;
    return std::all_of(named.begin(), named.end(), [&sets](uint32_t id) { return sets.Have(id); });
  };
  if (picture.sets.empty()) return can_read(sets_);
  ParameterSets sets = picture.sets;
  if (picture.is_key) {
    for (uint32_t id : picture.picture_sets) sets.Complete(id, sets_);
  } else {
    sets.sequence_sets.insert(sets_.sequence_sets.begin(), sets_.sequence_sets.end());
    sets.picture_sets.insert(sets_.picture_sets.begin(), sets_.picture_sets.end());
  }
  if (sets.sequence_sets.size() > kMaxSets || sets.picture_sets.size() > kMaxSets || !can_read(sets)) return false;
  sets_ = std::move(sets);
  return true;
}

Reading Stream::Read(std::vector<uint8_t> access_unit) {
  if (access_unit.size() > kMaxAccessUnitSize) return frame_reader::Lost();
  auto units = Split(access_unit.data(), access_unit.size());
  auto picture = units ? ReadPicture(*units) : std::nullopt;
  if (!picture || !Remember(*picture)) return frame_reader::Lost();
  if (picture->slices.empty()) return frame_reader::Nothing();

  const auto& sets = picture->is_key ? sets_ : picture->sets;
  std::vector<Unit> forwarded;
  for (const auto& [id, bytes] : sets.sequence_sets) forwarded.push_back({bytes.data(), bytes.size()});
  for (const auto& [id, set] : sets.picture_sets) forwarded.push_back({set.bytes.data(), set.bytes.size()});
  forwarded.insert(forwarded.end(), picture->slices.begin(), picture->slices.end());

  auto result = std::make_shared<frame::Frame>();
  result->codec = frame::Codec::kH264;
  result->is_key = picture->is_key;
  result->data.reserve(access_unit.size() + access_unit.size() / 64);
  h264_payload::Pack(forwarded, result->data, result->pieces);
  return frame_reader::Good(std::move(result));
}

}  // namespace h264
