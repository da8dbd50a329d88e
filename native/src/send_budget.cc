#include "send_budget.h"

#include <algorithm>


namespace send_budget {
namespace {

constexpr double kSecond = 1e6;

double RateBps(int64_t bytes, int64_t period_us) {
  return period_us > 0 ? static_cast<double>(bytes) * 8 * kSecond / static_cast<double>(period_us) : 0;
}

}  // namespace

void SendBudget::OnReport(uint32_t ssrc, const Report& report, int64_t now_us) {
  if (report.period_us <= 0 || (!limited() && report.period_us > p_.longest_period_us)) {
    // Nothing came for long: what was gathered before is of another time.
    streams_.clear();
    return;
  }
  if (streams_.empty()) {
    window_start_us_ = now_us - report.period_us;
    expected_ = lost_ = 0;
    round_trip_us_ = -1;
  }
  auto& sum = streams_[ssrc];
  sum.period_us += report.period_us;
  sum.received_bytes += report.received_bytes;
  sum.sent_bytes += report.sent_bytes;
  expected_ += report.expected_packets;
  lost_ += report.lost_packets;
  if (report.round_trip_us >= 0 && (round_trip_us_ < 0 || report.round_trip_us < round_trip_us_)) round_trip_us_ = report.round_trip_us;
  if (now_us - window_start_us_ < p_.window_us) return;
  Judge(now_us);
  streams_.clear();
}

void SendBudget::Judge(int64_t now_us) {
  if (round_trip_us_ >= 0) {
    double forgotten = best_round_trip_us_ + p_.forget_us_per_s * static_cast<double>(now_us - best_at_us_) / kSecond;
    bool first = best_round_trip_us_ < 0;
    best_round_trip_us_ = first ? static_cast<double>(round_trip_us_) : std::min(forgotten, static_cast<double>(round_trip_us_));
    best_at_us_ = now_us;
  }
  double received_bps = 0, sent_bps = 0;
  for (const auto& [ssrc, sum] : streams_) {
    received_bps += RateBps(sum.received_bytes, sum.period_us);
    sent_bps += RateBps(sum.sent_bytes, sum.period_us);
  }
  if (IsFull(received_bps, sent_bps)) {
    full_windows_++;
    if (limited())
      Cut(sent_bps > 0 ? p_.cut * received_bps / sent_bps : p_.cut, now_us);
    else if (full_windows_ >= p_.patience)
      Limit(received_bps, now_us);
  } else {
    full_windows_ = 0;
    if (limited()) Grow(sent_bps, now_us);
  }
}

bool SendBudget::IsFull(double received_bps, double sent_bps) const {
  bool enough = expected_ >= p_.least_packets;
  if (enough && static_cast<double>(lost_) > p_.loss * static_cast<double>(expected_)) return true;
  if (round_trip_us_ < 0) return false;
  double queued_us = static_cast<double>(round_trip_us_) - best_round_trip_us_;
  if (limited()) return queued_us > static_cast<double>(p_.limited_queue_us);
  return enough && queued_us > static_cast<double>(p_.queue_us) && received_bps < p_.shortfall * sent_bps;
}

void SendBudget::Limit(double received_bps, int64_t now_us) {
  limit_bps_ = std::max(p_.least_bps, p_.cut * received_bps);
  // Nothing more until what stands in the queue has left it.
  double queued_us = round_trip_us_ < 0 ? 0 : static_cast<double>(round_trip_us_) - best_round_trip_us_;
  saved_ = -limit_bps_ / 8 * std::max(queued_us, 0.0) / kSecond;
  refilled_us_ = full_at_us_ = now_us;
}

void SendBudget::Cut(double factor, int64_t now_us) {
  Refill(now_us);
  limit_bps_ = std::max(p_.least_bps, limit_bps_ * std::clamp(factor, p_.most_cut, p_.cut));
  full_at_us_ = now_us;
}

void SendBudget::OnSoundReport(double lost, int64_t now_us) {
  if (limited() && lost > p_.sound_loss) Cut(p_.cut * (1 - lost), now_us);
}

void SendBudget::Grow(double sent_bps, int64_t now_us) {
  double factor = now_us - full_at_us_ > p_.fast_after_us ? p_.fast_growth : p_.growth;
  double seconds = static_cast<double>(now_us - window_start_us_) / kSecond;
  Refill(now_us);
  if (sent_bps > p_.used * limit_bps_) limit_bps_ *= 1 + (factor - 1) * seconds;
  if (limit_bps_ <= p_.lift * wanted_bps_) return;
  limit_bps_ = 0;
  full_windows_ = 0;
}

void SendBudget::OnWanted(size_t bytes, int64_t now_us) {
  wanted_bytes_ += static_cast<int64_t>(bytes);
  if (now_us - wanted_since_us_ < p_.window_us) return;
  double rate = RateBps(wanted_bytes_, now_us - wanted_since_us_);
  // The mean of some seconds, as key frames come seldom.
  wanted_bps_ = wanted_bps_ == 0 ? rate : 0.7 * wanted_bps_ + 0.3 * rate;
  wanted_bytes_ = 0;
  wanted_since_us_ = now_us;
}

void SendBudget::OnSent(size_t bytes, int64_t now_us) {
  if (!limited()) return;
  Refill(now_us);
  saved_ = std::max(saved_ - static_cast<double>(bytes), -p_.most_debt * depth());
}

bool SendBudget::Allows(int rank, size_t bytes, bool is_key, int64_t now_us) {
  if (!limited()) return true;
  Refill(now_us);
  double left = depth() * std::min(p_.left_at_most, p_.left_to_each * rank);
  if (!is_key) return saved_ > left;
  return saved_ >= std::min(left + static_cast<double>(bytes), 0.95 * depth());
}

void SendBudget::Refill(int64_t now_us) {
  if (!limited()) return;
  saved_ = std::min(depth(), saved_ + limit_bps_ / 8 * static_cast<double>(now_us - refilled_us_) / kSecond);
  refilled_us_ = now_us;
}

}  // namespace send_budget
