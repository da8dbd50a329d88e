// VP8 out of RTP packets (RFC 7741).
#pragma once
#include "depayloader.h"

namespace depayloader {

class Vp8Depayloader : public Depayloader {
 protected:
  bool Append(const uint8_t* payload, size_t size, Picture& picture) override;
};

}  // namespace depayloader
