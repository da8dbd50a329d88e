// How loud somebody is, and whether it is worth being heard.
#pragma once
#include <cstddef>
#include <cstdint>

namespace loudness {

// In dBov, as in RFC 6464: 0 is the loudest that can be, this is silence.
constexpr int kSilenceDb = -127;

// The mean square of samples of 16 bits.
double MeanSquare(const int16_t* samples, size_t count);

// The level of a mean square.
int Level(double mean_square);

// Closed while there is only the noise of a quiet room: that need not be mixed, encoded and sent to everybody. Opens with the first
// frame that is louder, and stays open for a while, so that no word is cut.
class Gate {
 public:
  // Takes the mean square of the next 20 ms; answers whether they are to be heard.
  bool Hear(double mean_square);

 private:
  int frames_left_ = 0;
};

// Gathers frames to one level.
class Meter {
 public:
  void Add(double mean_square);
  // The level of what was added since the last call.
  int Take();

 private:
  double sum_ = 0;
  int frames_ = 0;
};

}  // namespace loudness
