// One picture of all people of a room. A thread draws what has changed, frame by frame, and hands the result to an encoder.
#pragma once
#include <napi.h>

namespace grid {

// Adds the class Grid to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace grid
