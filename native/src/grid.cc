#include "grid.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gst_object.h"
#include "js_queue.h"
#include "picture_decoder.h"
#include "running_time.h"
#include "scene.h"

namespace grid {
namespace {

using std::chrono::steady_clock;

// A picture in which nothing changes is sent this often all the same: a key frame that somebody waits for is made of the next picture.
constexpr auto kIdleTime = std::chrono::milliseconds(100);
// The first picture waits for those of the people, so that nobody sees a grid without them flash by; not for those that take longer.
constexpr auto kLongestWait = std::chrono::milliseconds(200);
// How often it is looked for until the first picture is on its way.
constexpr auto kFirstTime = std::chrono::milliseconds(5);
// An encoder that has more to do than this gets no new pictures until it has caught up.
constexpr guint64 kMaxWaiting = 2;

struct Format {
  int width, height, frame_rate;
};

class Core {
 public:
  Core(Format format, GstAppSrc* output) : format_(format), output_(GST_APP_SRC(gst_object_ref(output))) {
    gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_I420, static_cast<guint>(format.width), static_cast<guint>(format.height));
    canvas_ = gst_buffer_new_allocate(nullptr, info_.size, nullptr);
  }
  ~Core() {
    gst_buffer_unref(canvas_);
    gst_object_unref(output_);
  }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // The number of what is shown from now on; a scene that is made later than one with a higher number is not shown any more.
  uint64_t NextNumber() { return ++last_number_; }
  // Makes the scene, which takes its time, on a pool thread.
  void Show(std::vector<scene::TileSpec> tiles, uint64_t number);
  void Stop() {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    wake_.notify_one();
  }
  void Run();

 private:
  // Waits until then, or for the first scene; false when it is to end.
  bool Wait(steady_clock::time_point until);
  bool Draw();
  bool Push(GstClockTime time);

  Format format_;
  GstAppSrc* output_;
  GstVideoInfo info_;
  GstBuffer* canvas_;
  std::atomic<uint64_t> last_number_{0};

  std::mutex labels_mutex_;
  scene::Labels labels_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::unique_ptr<scene::Scene> next_;
  uint64_t next_number_ = 0;

  std::unique_ptr<scene::Scene> scene_;  // on the grid's thread
};

void Core::Show(std::vector<scene::TileSpec> tiles, uint64_t number) {
  std::lock_guard<std::mutex> labels_lock(labels_mutex_);
  if (number != last_number_) return;  // there is a newer one already
  auto made = std::make_unique<scene::Scene>(std::move(tiles), labels_);
  labels_.Tidy();
  std::lock_guard<std::mutex> lock(mutex_);
  if (number < next_number_) return;
  next_number_ = number;
  next_ = std::move(made);
  wake_.notify_one();
}

bool Core::Wait(steady_clock::time_point until) {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait_until(lock, until, [this] { return stopped_ || (!scene_ && next_); });
  return !stopped_;
}

// Draws on the canvas, or on a copy while the encoder still reads it; false when nothing has changed.
bool Core::Draw() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (next_) scene_ = std::move(next_);
  }
  if (!scene_) return false;
  canvas_ = gst_buffer_make_writable(canvas_);
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, &info_, canvas_, GST_MAP_READWRITE)) return false;
  auto plane = [&frame](guint index) { return static_cast<uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, index)); };
  canvas::View view = {plane(0),      plane(1),      plane(2), info_.stride[0], info_.stride[1],
                       info_.stride[2], format_.width, format_.height};
  bool changed = scene_->Draw(view);
  gst_video_frame_unmap(&frame);
  return changed;
}

// False while the encoder takes nothing because it has not started yet.
bool Core::Push(GstClockTime time) {
  canvas_ = gst_buffer_make_writable(canvas_);
  GST_BUFFER_PTS(canvas_) = time;
  GST_BUFFER_DURATION(canvas_) = GST_SECOND / static_cast<guint64>(format_.frame_rate);
  return gst_app_src_push_buffer(output_, gst_buffer_ref(canvas_)) == GST_FLOW_OK;
}

void Core::Run() {
  const auto frame_time = std::chrono::nanoseconds(std::chrono::seconds(1)) / format_.frame_rate;
  const auto began = steady_clock::now();
  auto next = began + frame_time, last_push = began - kIdleTime;
  bool is_first = true, is_pushed = true;
  while (Wait(next)) {
    auto now = steady_clock::now();
    // After a long pause of the whole process, go on from now instead of making up for every frame.
    next = (now - next > frame_time ? now : next) + frame_time;
    if (gst_app_src_get_current_level_buffers(output_) >= kMaxWaiting) continue;
    if (Draw()) is_pushed = false;
    if (!scene_) continue;
    if (is_first && !scene_->IsComplete() && now - began < kLongestWait) {
      next = now + kFirstTime;
      continue;
    }
    if (is_pushed && now - last_push < kIdleTime) continue;
    is_pushed = Push(running_time::Now());
    if (!is_pushed) {
      next = now + kFirstTime;
      continue;
    }
    last_push = now;
    if (is_first) next = now + frame_time;
    is_first = false;
  }
}

// ---------------------------------------------------------------- JavaScript

int NumberIn(const Napi::Object& object, const char* name) {
  Napi::Value value = object.Get(name);
  if (!value.IsNumber()) throw Napi::TypeError::New(object.Env(), std::string("a number is needed as ") + name);
  return value.ToNumber().Int32Value();
}

// A rectangle that lies in the picture, on even numbers, with room for the speaker's frame around it.
canvas::Rect AreaFrom(const Napi::Object& tile, const Format& format) {
  canvas::Rect area = {NumberIn(tile, "x"), NumberIn(tile, "y"), NumberIn(tile, "width"), NumberIn(tile, "height")};
  bool even = ((area.x | area.y | area.width | area.height) & 1) == 0;
  bool inside = area.x >= scene::kMargin && area.y >= scene::kMargin && area.x + area.width <= format.width - scene::kMargin &&
                area.y + area.height <= format.height - scene::kMargin;
  if (!even || !inside || area.width < 2 || area.height < 2)
    throw Napi::RangeError::New(tile.Env(), "a tile must lie inside the picture, on even numbers");
  return area;
}

std::vector<scene::TileSpec> TilesFrom(const Napi::Value& value, const Format& format) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "an array of tiles is needed");
  auto list = value.As<Napi::Array>();
  std::vector<scene::TileSpec> tiles;
  for (uint32_t i = 0; i < list.Length(); i++) {
    auto tile = Napi::Value(list[i]).As<Napi::Object>();
    Napi::Value decoder = tile.Get("decoder");
    tiles.push_back({AreaFrom(tile, format), tile.Get("name").ToString().Utf8Value(), tile.Get("whole").ToBoolean(),
                     tile.Get("marked").ToBoolean(), picture_decoder::From(decoder)});
  }
  return tiles;
}

class GridWrap : public Napi::ObjectWrap<GridWrap> {
 public:
  // new Grid({width, height, frameRate}, appsrc)
  explicit GridWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<GridWrap>(info) {
    auto* output = GstObjectWrap::ObjectOf(info[1]);
    if (!info[0].IsObject() || !output || !GST_IS_APP_SRC(output)) throw Napi::TypeError::New(info.Env(), "a format and an appsrc are needed");
    auto format = info[0].As<Napi::Object>();
    format_ = {NumberIn(format, "width"), NumberIn(format, "height"), NumberIn(format, "frameRate")};
    if (format_.width < 2 || format_.height < 2 || ((format_.width | format_.height) & 1) || format_.frame_rate < 1)
      throw Napi::RangeError::New(info.Env(), "a picture of an even size is needed");
    core_ = std::make_shared<Core>(format_, GST_APP_SRC(output));
    std::thread thread([core = core_] { core->Run(); });
    pthread_setname_np(thread.native_handle(), "grid");
    thread.detach();
  }
  ~GridWrap() override {
    if (core_) core_->Stop();
  }

  // show([{x, y, width, height, name, whole, marked, decoder}])
  Napi::Value Show(const Napi::CallbackInfo& info) {
    auto tiles = TilesFrom(info[0], format_);
    js_queue::RunBlocking([core = core_, tiles = std::move(tiles), number = core_->NextNumber()] { core->Show(tiles, number); });
    return info.Env().Undefined();
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    core_->Stop();
    return info.Env().Undefined();
  }

 private:
  Format format_{};
  std::shared_ptr<Core> core_;
};

}  // namespace

void Register(Napi::Env env, Napi::Object exports) {
  exports.Set("Grid",
              GridWrap::DefineClass(env, "Grid", {GridWrap::InstanceMethod("show", &GridWrap::Show), GridWrap::InstanceMethod("close", &GridWrap::Close)}));
}

}  // namespace grid
