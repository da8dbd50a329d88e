// The one thread that sends the media of all endpoints of this process. Relays, feeds, transports and RTP streams are touched on it
// only, which is why none of them has a lock.
#pragma once
#include <functional>

namespace send_thread {

// Starts the thread; `every_second` is called on it about once a second. Called once, by the module's initialiser.
void Start(std::function<void()> every_second);

// Runs `task` on the send thread, behind those that were posted before. Callable from any thread.
void Post(std::function<void()> task);

// Runs `task` on the send thread after `milliseconds`, a little late. Callable on the send thread only.
void PostLater(int milliseconds, std::function<void()> task);

}  // namespace send_thread
