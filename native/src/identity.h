// The numbers of an outgoing stream as JavaScript states them.
#pragma once
#include <napi.h>

#include "rtp_stream.h"

namespace rtp {

// From `{ssrc, payloadType}`; throws a TypeError for anything else.
inline Identity IdentityFrom(const Napi::Value& value, uint32_t clock_rate) {
  if (value.IsObject()) {
    auto object = value.As<Napi::Object>();
    Napi::Value ssrc = object.Get("ssrc"), payload_type = object.Get("payloadType");
    if (ssrc.IsNumber() && payload_type.IsNumber())
      return {ssrc.ToNumber().Uint32Value(), static_cast<uint8_t>(payload_type.ToNumber().Uint32Value() & 0x7f), clock_rate};
  }
  throw Napi::TypeError::New(value.Env(), "a stream's ssrc and payloadType are needed");
}

}  // namespace rtp
