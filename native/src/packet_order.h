// Puts the packets of one stream in order, and knows which are missing. Those that come in order pass at once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "depayloader.h"

namespace packet_order {

class PacketOrder {
 public:
  // `missing` packets before this one do not come any more.
  using OnPacket = std::function<void(const depayloader::Payload& payload, uint64_t missing)>;

  // As soon as more than `max_waiting` packets wait for a missing one it is given up.
  PacketOrder(size_t max_waiting, OnPacket on_packet) : max_waiting_(max_waiting), on_packet_(std::move(on_packet)) {}

  // Takes a packet by its index, the sequence number with the rollover counter above it. Repeats are dropped.
  void Put(uint64_t index, const depayloader::Payload& payload, int64_t now_us);
  // Gives up what has been missing for `patience_us`, and passes on what waited for it.
  void GiveUp(int64_t now_us, int64_t patience_us);
  // The sequence numbers of missing packets that should be asked for now, for the first time or again after `interval_us`.
  std::vector<uint16_t> TakeDue(int64_t now_us, int64_t interval_us);
  // Whether a packet has neither come nor been given up; nothing is wanted before the first has come.
  bool Wants(uint64_t index) const { return next_ && index >= *next_ && waiting_.count(index) == 0; }
  bool waits() const { return !waiting_.empty(); }

 private:
  struct Waiting {
    std::vector<uint8_t> data;
    uint32_t timestamp;
    bool marker;
  };
  struct Missing {
    int64_t since_us, asked_us;
  };

  // Passes on what follows without a gap.
  void Drain();
  // Skips what is missing before the first packet that waits.
  void Skip();

  const size_t max_waiting_;
  const OnPacket on_packet_;
  std::optional<uint64_t> next_;
  uint64_t highest_ = 0;
  std::map<uint64_t, Waiting> waiting_;
  std::map<uint64_t, Missing> missing_;
};

}  // namespace packet_order
