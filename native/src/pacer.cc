#include "pacer.h"

#include <algorithm>

#include "send_thread.h"

namespace pacer {
namespace {

constexpr int kStepMs = 10;
// What waits longer is of no use to anybody; a key frame over a slow path is far below.
constexpr size_t kMaxWaiting = 600;

}  // namespace

void Pacer::Take(const uint8_t* data, size_t size, size_t datagram_size) {
  for (size_t at = 0; at < size && waiting_.size() < kMaxWaiting; at += datagram_size) {
    const uint8_t* datagram = data + at;
    waiting_.emplace_back(datagram, datagram + std::min(datagram_size, size - at));
  }
  if (!scheduled_) Run();
}

void Pacer::Run() {
  scheduled_ = false;
  allowed_ = std::min(allowed_ + rate_bps_ / 8 * kStepMs / 1000, rate_bps_ / 8 * kStepMs / 1000);
  while (!waiting_.empty() && (allowed_ > 0 || rate_bps_ <= 0)) {
    auto& datagram = waiting_.front();
    allowed_ -= static_cast<double>(datagram.size());
    send_(datagram.data(), datagram.size());
    waiting_.pop_front();
  }
  if (waiting_.empty()) return;
  scheduled_ = true;
  send_thread::PostLater(kStepMs, [weak = weak_from_this()] {
    if (auto pacer = weak.lock()) pacer->Run();
  });
}

}  // namespace pacer
