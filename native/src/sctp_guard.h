// Bounds what a page may ask of our SCTP stack (RFC 9260), which keeps every message until JavaScript has had it.
#pragma once
#include <cstddef>
#include <cstdint>

namespace sctp_guard {

struct Limits {
  uint16_t streams;            // ids of streams are below this
  double bytes_per_second;     // of packets; twice as much may come at once
  double messages_per_second;  // also chunks of other kinds; twice as many may come at once
};

// Fills at `rate` and holds two seconds' worth.
class Bucket {
 public:
  explicit Bucket(double rate) : rate_(rate), level_(2 * rate) {}
  void Fill(double seconds);
  bool Has(double amount) const { return level_ >= amount; }
  void Take(double amount) { level_ -= amount; }

 private:
  double rate_, level_;
};

class Guard {
 public:
  explicit Guard(const Limits& limits);
  // Whether a packet keeps within the limits. One that does not is dropped, as a network may: an honest sender sends it again, later
  // and slower.
  bool Admits(const uint8_t* packet, size_t size);

 private:
  uint16_t streams_;
  Bucket bytes_, messages_;
  int64_t last_us_;
};

}  // namespace sctp_guard
