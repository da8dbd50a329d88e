// Forwarding from endpoint to endpoint: a Relay takes the encoded frames of an appsink and hands each to its feeds; a Feed sends
// the frames of one relay at a time to a page, and changes relay on a key frame. Nothing is linked, so nothing has to be blocked
// or unlinked when streams and viewers come and go.
#pragma once
#include <napi.h>

namespace relay {

// Adds the classes Relay and Feed to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace relay
