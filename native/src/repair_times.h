// How long packets of pictures that have got lost are waited for, by the time of the way to the page and back: there must be time for a
// second try. Times in microseconds; a round trip is negative while it is not known.
#pragma once
#include <algorithm>
#include <cstdint>

namespace repair_times {

constexpr int64_t kUnknownRoundTripUs = 50'000;

// After this time a packet is asked for again.
inline int64_t RepeatAfter(int64_t round_trip_us) {
  constexpr int64_t kLeastUs = 20'000, kMostUs = 500'000;
  if (round_trip_us < 0) round_trip_us = kUnknownRoundTripUs;
  return std::clamp(round_trip_us * 5 / 4, kLeastUs, kMostUs);
}

// After this time a packet is given up, and a key frame asked for. With less than the least, late packets of a busy machine count as lost;
// with more than the most, a page has forgotten them.
inline int64_t Patience(int64_t round_trip_us) {
  constexpr int64_t kLeastUs = 200'000, kMostUs = 1'000'000;
  return std::clamp(RepeatAfter(round_trip_us) * 5 / 2, kLeastUs, kMostUs);
}

}  // namespace repair_times
