// Sound for a room: every listener gets the sum of the inputs they should hear. One thread, one 20 ms frame at a time.
#pragma once
#include <napi.h>

namespace mixer {

// Adds the class Mixer to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace mixer
