// What the path to one page takes, as far as its receiver reports tell, and which video fits into that. Sound is never held back.
// Knows no clock: times are microseconds of the caller's, always the same clock.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>

namespace send_budget {

struct Parameters {
  // Reports are looked at together for this long. Where there is no limit, one that covers more than `longest_period_us` is of no use:
  // nothing may have got through at all then, which says nothing of how much does.
  int64_t window_us = 1'000'000, longest_period_us = 2'500'000;
  // Fewer packets than this say nothing.
  int64_t least_packets = 20;
  // The path is full when more is lost, repeats counted as received; or when packets take so much longer than they did at best while
  // less arrives than `shortfall` of what is sent.
  double loss = 0.10, shortfall = 0.9;
  int64_t queue_us = 800'000;
  // Where video is limited, such a delay alone will do, and so will such loss of sound.
  int64_t limited_queue_us = 250'000;
  double sound_loss = 0.15;
  // The best time is forgotten at this pace (us per second): paths change.
  double forget_us_per_s = 20'000;
  // So many windows in a row must be full before video is limited: some may be a hiccup, of a busy machine too.
  int patience = 3;
  // A full path is given this much of what has arrived, and then ever less, by the part that arrives but not by more than half; not
  // less than `least_bps`.
  double cut = 0.85, most_cut = 0.5, least_bps = 100'000;
  // With room it is given more by this factor a second, if it has used half of what it had, and by the greater one after a while.
  double growth = 1.08, fast_growth = 1.5, used = 0.5;
  int64_t fast_after_us = 15'000'000;
  // The limit is lifted when it is above what video wants by this factor.
  double lift = 1.3;
  // Bytes may be saved up for so long, and each slot leaves such a part of them to the ones before it.
  // A frame may be larger than what was saved up, the rest being a debt, but no larger than this many times what can be.
  double depth_s = 1.0, most_debt = 3.0, left_to_each = 0.2, left_at_most = 0.6;
};

// What one stream's receiver report says of the time since the one before.
struct Report {
  int64_t period_us, expected_packets, lost_packets, received_bytes, sent_bytes;
  int64_t round_trip_us;  // negative when unknown
};

class SendBudget {
 public:
  explicit SendBudget(const Parameters& parameters = Parameters()) : p_(parameters) {}

  void OnReport(uint32_t ssrc, const Report& report, int64_t now_us);
  // Of the packets of sound this part was lost.
  void OnSoundReport(double lost, int64_t now_us);
  // A frame is there to be sent, whether or not it will be.
  void OnWanted(size_t bytes, int64_t now_us);
  // Bytes of video have been sent, repeats included.
  void OnSent(size_t bytes, int64_t now_us);
  // Whether the slot of this rank (0 = the most important) may send so many bytes now. A key frame that is larger than what can be
  // saved up may when all is saved up that can be.
  bool Allows(int rank, size_t bytes, bool is_key, int64_t now_us);

  bool limited() const { return limit_bps_ > 0; }
  // 0 = there is none.
  double limit_bps() const { return limit_bps_; }

 private:
  struct Sum {
    int64_t period_us = 0, received_bytes = 0, sent_bytes = 0;
  };

  void Judge(int64_t now_us);
  bool IsFull(double received_bps, double sent_bps) const;
  void Limit(double received_bps, int64_t now_us);
  void Cut(double factor, int64_t now_us);
  void Grow(double sent_bps, int64_t now_us);
  void Refill(int64_t now_us);
  double depth() const { return limit_bps_ / 8 * p_.depth_s; }

  Parameters p_;
  double limit_bps_ = 0, wanted_bps_ = 0, saved_ = 0;
  int64_t refilled_us_ = 0, wanted_since_us_ = 0, wanted_bytes_ = 0;
  int full_windows_ = 0;
  int64_t full_at_us_ = 0;
  // The window.
  int64_t window_start_us_ = 0, expected_ = 0, lost_ = 0, round_trip_us_ = -1;
  std::map<uint32_t, Sum> streams_;
  double best_round_trip_us_ = -1;
  int64_t best_at_us_ = 0;
};

}  // namespace send_budget
