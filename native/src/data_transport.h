// The data channels' way to one page: SCTP over webrtcbin's DTLS, past its own SCTP elements.
#pragma once
#include <napi.h>

namespace data_transport {

// Adds the class DataTransport to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace data_transport
