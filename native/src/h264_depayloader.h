// H.264 out of RTP packets (RFC 6184, packetization mode 1), as a byte stream (ITU-T H.264, annex B).
#pragma once
#include "depayloader.h"

namespace depayloader {

class H264Depayloader : public Depayloader {
 protected:
  bool Append(const uint8_t* payload, size_t size, Picture& picture) override;
  bool Finish() override;

 private:
  bool AppendSeveral(const uint8_t* payload, size_t size, Picture& picture);
  bool AppendPart(const uint8_t* payload, size_t size, Picture& picture);

  // Whether the picture ends in the midst of a NAL unit.
  bool in_unit_ = false;
};

}  // namespace depayloader
