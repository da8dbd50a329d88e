// Which of the latest packets of a sender have come already (RFC 3711, section 3.3.2).
#pragma once
#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace srtp {

class ReplayWindow {
 public:
  static constexpr uint64_t kSize = 1024;

  bool empty() const { return !started_; }
  uint64_t highest() const { return highest_; }

  // Whether a packet of this index may be taken: it has not come before, and is not too old to know.
  bool IsNew(uint64_t index) const {
    if (!started_ || index > highest_) return true;
    return highest_ - index < kSize && !seen_[index % kSize];
  }

  // To be called for packets that are authentic, and new.
  void Note(uint64_t index) {
    if (!started_ || index > highest_) {
      uint64_t passed = started_ ? index - highest_ : kSize;
      for (uint64_t i = 0; i < std::min(passed, kSize); i++) seen_[(index - i) % kSize] = false;
      highest_ = index;
      started_ = true;
    }
    seen_[index % kSize] = true;
  }

 private:
  bool started_ = false;
  uint64_t highest_ = 0;
  std::bitset<kSize> seen_;
};

}  // namespace srtp
