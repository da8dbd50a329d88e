// When the packets of a transport have come, for the page's estimate of what its path takes
// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace arrival_log {

class ArrivalLog {
 public:
  // A packet with this number for all packets of the transport has come.
  void Note(uint16_t sequence, int64_t now_us);
  bool empty() const { return arrivals_.empty(); }
  // The feedback on what has come since the last call, one RTCP packet for each entry; `media` is one of the page's SSRCs.
  std::vector<std::vector<uint8_t>> TakeFeedback(uint32_t sender, uint32_t media);

 private:
  std::vector<uint8_t> TakeOne(uint32_t sender, uint32_t media);

  std::map<int64_t, int64_t> arrivals_;  // times in microseconds by numbers that do not wrap
  std::optional<int64_t> newest_, next_;
  uint8_t count_ = 0;
};

}  // namespace arrival_log
