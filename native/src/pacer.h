// Lets datagrams go at a rate, so that a key frame does not stand in the way of the sound behind it. On the send thread only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace pacer {

class Pacer : public std::enable_shared_from_this<Pacer> {
 public:
  using Send = std::function<void(const uint8_t* data, size_t size)>;
  explicit Pacer(Send send) : send_(std::move(send)) {}

  bool empty() const { return waiting_.empty(); }
  // Takes datagrams that lie one behind the other, each of `datagram_size` bytes but the last; they leave at the rate of the moment.
  void Take(const uint8_t* data, size_t size, size_t datagram_size);
  // Bits per second; 0 = no limit.
  void SetRate(double bps) { rate_bps_ = bps; }
  void Clear() { waiting_.clear(); }

 private:
  void Run();

  Send send_;
  std::deque<std::vector<uint8_t>> waiting_;
  double rate_bps_ = 0, allowed_ = 0;
  bool scheduled_ = false;
};

}  // namespace pacer
