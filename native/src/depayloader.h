// Puts the payloads of packets together to whole pictures. All input is foreign.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "frame.h"

namespace depayloader {

// A browser's largest key frames are a tenth of this.
constexpr size_t kMaxPictureSize = 4'000'000;

// The payload of a packet, and what its header says of it.
struct Payload {
  const uint8_t* data;
  size_t size;
  uint32_t timestamp;
  bool marker;
};

struct Picture {
  std::vector<uint8_t> data;
  bool is_key;
  uint32_t timestamp;
};

// After a loss it gives nothing before the next key frame: what is forwarded is numbered anew, so a viewer would not notice the gap.
class Depayloader {
 public:
  using OnPicture = std::function<void(Picture)>;

  virtual ~Depayloader() = default;
  // Takes the payload of the next packet; calls `on_picture` for each picture that it completes.
  void Take(const Payload& payload, const OnPicture& on_picture);
  // Packets are missing before the next one.
  void Lose();
  // Whether something came, or got lost, since the last call that only a key frame can mend.
  bool NeedsKeyFrame();

 protected:
  // Adds a payload to the picture; false when it cannot belong there.
  virtual bool Append(const uint8_t* payload, size_t size, Picture& picture) = 0;
  // Whether the picture could end here; another one begins.
  virtual bool Finish() { return true; }

 private:
  void End(const OnPicture& on_picture);

  Picture picture_{};
  bool started_ = false, spoiled_ = false;
  bool awaits_key_frame_ = true, needs_key_frame_ = false;
};

std::unique_ptr<Depayloader> Make(frame::Codec codec);

}  // namespace depayloader
