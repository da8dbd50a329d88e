#include "receiver.h"

#include <algorithm>
#include <cstring>

#include "bytes.h"
#include "ntp.h"
#include "repair_times.h"
#include "running_time.h"
#include "send_thread.h"

namespace receiver {
namespace {

constexpr size_t kMaxDatagram = 2'000;
// A page sends three: sound, picture and screen. One that is not heard any more makes room for another.
constexpr size_t kMaxSources = 16;
constexpr int64_t kForgottenUs = 3'000'000;
constexpr uint32_t kVideoRate = 90'000, kSoundRate = 48'000;
constexpr size_t kIpAndUdp = 28;
constexpr int64_t kTellArrivalsUs = 80'000;
constexpr int kWatchMs = 20;
void Count(pad_probes::BufferCount& count, size_t bytes, bool is_key, int64_t now_us) {
  count.buffers++;
  count.bytes += bytes;
  if (is_key) count.key_frames++;
  count.last_us = now_us;
}

}  // namespace

struct Receiver::Source {
  Kind kind;
  source_counts::SourceCounts counts;
  std::shared_ptr<pad_probes::BufferCount> packets = std::make_shared<pad_probes::BufferCount>();
  std::shared_ptr<pad_probes::BufferCount> pictures = std::make_shared<pad_probes::BufferCount>();
  relay::IntakePtr intake;
  // One of both.
  std::unique_ptr<video_source::VideoSource> video;
  std::unique_ptr<sound_source::SoundSource> sound;

  Source(uint32_t ssrc, Kind kind_of) : kind(kind_of), counts(ssrc, kind_of == Kind::kVideo ? kVideoRate : kSoundRate) {}

  bool waits() const { return video ? video->waits() : sound->waits(); }
  void GiveUp(int64_t now_us, int64_t round_trip_us) {
    if (video) video->GiveUp(now_us, repair_times::Patience(round_trip_us));
    if (sound) sound->GiveUp(now_us);
  }
};

Receiver::Receiver(Format format, std::weak_ptr<transport::Core> transport, Keys keys, OnSource on_source)
    : format_(format), transport_(std::move(transport)), keys_(std::move(keys)), on_source_(std::move(on_source)) {}

Receiver::~Receiver() = default;

bool Receiver::Take(const uint8_t* datagram, size_t size) {
  int64_t now_us = g_get_monotonic_time();
  Count(all_, size, false, now_us);
  if (!rtp::IsRtpOrRtcp(datagram, size)) return false;
  if (size > kMaxDatagram) return true;
  uint8_t packet[kMaxDatagram];
  memcpy(packet, datagram, size);
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return true;
  if (!decryptor_) {
    uint8_t master[srtp::kMasterSize];
    if (!keys_(master)) return true;
    decryptor_ = std::make_unique<srtp::Decryptor>(master);
    keys_ = nullptr;
  }
  if (rtp::IsRtcp(packet, size)) {
    TakeRtcp(packet, size, now_us);
  } else {
    TakeRtp(packet, size, now_us);
  }
  return true;
}

void Receiver::TakeRtp(uint8_t* packet, size_t size, int64_t now_us) {
  auto header = rtp::ReadHeader(packet, size, format_.transport_id);
  if (!header) return;
  auto opened = decryptor_->UnprotectRtp(packet, size, *header);
  if (!opened) return;
  if (header->transport_sequence) {
    arrivals_.Note(*header->transport_sequence, now_us);
    if (now_us - told_us_ >= kTellArrivalsUs) TellArrivals(now_us);
  }
  auto payload_size = rtp::PayloadSize(*header, packet, opened->size);
  if (format_.repair_type != 0 && header->payload_type == format_.repair_type) {
    TakeRepair(*header, packet + header->header_size, payload_size.value_or(0), now_us);
    return;
  }
  auto* source = FindOrMake(*header, now_us);
  if (!source) return;
  source->counts.OnPacket(opened->index, header->timestamp, opened->size + kIpAndUdp, now_us);
  // One whose padding is absurd still has its place among the others.
  Put(*source, opened->index, {packet + header->header_size, payload_size.value_or(0), header->timestamp, header->marker}, now_us);
  Ask(*source, now_us);
}

// The packet's own sequence number comes before its payload (RFC 4588, section 4). Pages also fill their way with repeats that nobody
// has asked for, to learn what it takes. In the counts of its stream the packet stays lost.
void Receiver::TakeRepair(const rtp::Header& header, const uint8_t* payload, size_t size, int64_t now_us) {
  constexpr size_t kSequenceSize = 2;
  if (size < kSequenceSize) return;
  auto repair = std::find_if(repairs_.begin(), repairs_.end(), [&](const Repair& each) { return each.ssrc == header.ssrc; });
  auto* source = repair == repairs_.end() ? nullptr : Find(repair->of);
  if (!source || !source->video) return;
  uint64_t index = source->counts.IndexOf(static_cast<uint16_t>(bytes::Get16(payload)));
  if (!source->video->Wants(index)) return;
  Put(*source, index, {payload + kSequenceSize, size - kSequenceSize, header.timestamp, header.marker}, now_us);
  Ask(*source, now_us);
}

void Receiver::Put(Source& source, uint64_t index, const depayloader::Payload& payload, int64_t now_us) {
  Count(*source.packets, payload.size, false, now_us);
  if (source.video) {
    source.video->Put(index, payload, now_us, static_cast<int64_t>(running_time::Now()));
  } else {
    source.sound->Put(index, payload, now_us);
  }
}

void Receiver::Ask(Source& source, int64_t now_us) {
  if (source.waits()) StartWatching();
  if (!source.video) return;
  uint32_t ssrc = source.counts.ssrc();
  if (source.video->TakeKeyFrameRequest(now_us)) Post([ssrc](transport::Core& core) { core.RequestKeyFrame(ssrc); });
  if (!source.video->waits()) return;
  auto lost = source.video->TakeLost(now_us, repair_times::RepeatAfter(round_trip_us()));
  if (lost.empty()) return;
  Post([ssrc, lost = std::move(lost)](transport::Core& core) { core.SendControl(rtcp::WriteNack(core.feedback_ssrc(), ssrc, lost)); });
}

int64_t Receiver::round_trip_us() const {
  auto transport = transport_.lock();
  return transport ? transport->outgoing().round_trip_us.load() : -1;
}

void Receiver::StartWatching() {
  if (watching_) return;
  watching_ = true;
  send_thread::Post([weak = weak_from_this()] {
    send_thread::PostLater(kWatchMs, [weak] {
      if (auto self = weak.lock()) self->Watch();
    });
  });
}

void Receiver::Watch() {
  std::lock_guard<std::mutex> lock(mutex_);
  watching_ = false;
  int64_t now_us = g_get_monotonic_time();
  for (auto& source : sources_) {
    if (!source.waits()) continue;
    source.GiveUp(now_us, round_trip_us());
    Ask(source, now_us);
  }
}

void Receiver::Post(std::function<void(transport::Core&)> task) {
  send_thread::Post([weak = transport_, task = std::move(task)] {
    if (auto core = weak.lock(); core && core->is_open()) task(*core);
  });
}

void Receiver::TellArrivals(int64_t now_us) {
  if (arrivals_.empty()) return;
  told_us_ = now_us;
  uint32_t media = sources_.empty() ? 0 : sources_.front().counts.ssrc();
  for (auto& source : sources_)
    if (source.video) media = source.counts.ssrc();
  // The sender's SSRC is known on the send thread only.
  Post([packets = arrivals_.TakeFeedback(0, media)](transport::Core& core) mutable {
    for (auto& packet : packets) {
      rtcp::SetSender(core.feedback_ssrc(), packet.data());
      core.SendControl(std::move(packet));
    }
  });
}

void Receiver::Report() {
  auto core = transport_.lock();
  if (!core || !core->is_open()) return;
  std::vector<rtcp::ReceptionReport> reports;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    int64_t now_us = g_get_monotonic_time();
    for (auto& source : sources_)
      if (now_us - source.counts.last_us() < kForgottenUs) reports.push_back(source.counts.TakeReport(now_us));
    if (now_us - told_us_ >= kTellArrivalsUs) TellArrivals(now_us);
  }
  if (!reports.empty()) core->SendControl(rtcp::WriteReceiverReport(core->feedback_ssrc(), reports, core->cname()));
}

void Receiver::TakeRtcp(uint8_t* packet, size_t size, int64_t now_us) {
  auto opened = decryptor_->UnprotectRtcp(packet, size);
  if (!opened) return;
  for (const auto& clock : rtcp::ReadSenderClocks(packet, *opened))
    if (auto* source = Find(clock.ssrc)) source->counts.OnSenderReport(clock.ntp_middle, now_us);
  auto feedback = rtcp::ReadFeedback(packet, *opened);
  if (!feedback.empty()) Post([feedback = std::move(feedback)](transport::Core& core) { core.OnFeedback(feedback); });
  auto reports = rtcp::ReadReports(packet, *opened);
  auto arrival = static_cast<uint32_t>(ntp::Now() >> 16);
  if (!reports.empty()) Post([reports = std::move(reports), arrival](transport::Core& core) { core.OnReports(reports, arrival); });
}

void Receiver::SetRepairs(std::vector<Repair> repairs) {
  std::lock_guard<std::mutex> lock(mutex_);
  repairs_ = std::move(repairs);
}

Receiver::Source* Receiver::Find(uint32_t ssrc) {
  auto found = std::find_if(sources_.begin(), sources_.end(), [ssrc](const Source& source) { return source.counts.ssrc() == ssrc; });
  return found == sources_.end() ? nullptr : &*found;
}

Receiver::Source* Receiver::FindOrMake(const rtp::Header& header, int64_t now_us) {
  bool is_video = header.payload_type == format_.video_type;
  if (!is_video && header.payload_type != format_.sound_type) return nullptr;
  Kind kind = is_video ? Kind::kVideo : Kind::kSound;
  auto* source = Find(header.ssrc);
  if (!source) return Make(header.ssrc, kind, now_us);
  return source->kind == kind ? source : nullptr;
}

Receiver::Source* Receiver::Make(uint32_t ssrc, Kind kind, int64_t now_us) {
  if (sources_.size() >= kMaxSources) {
    auto oldest = std::min_element(sources_.begin(), sources_.end(), [](const Source& one, const Source& other) {
      return one.counts.last_us() < other.counts.last_us();
    });
    if (now_us - oldest->counts.last_us() < kForgottenUs) return nullptr;
    sources_.erase(oldest);
  }
  auto& source = sources_.emplace_back(ssrc, kind);
  if (kind == Kind::kSound) {
    source.sound = std::make_unique<sound_source::SoundSource>();
  } else {
    source.intake = relay::MakeIntake(format_.codec);
    auto on_picture = [intake = source.intake, pictures = source.pictures](depayloader::Picture picture, int64_t time_ns) {
      Count(*pictures, picture.data.size(), picture.is_key, g_get_monotonic_time());
      intake->Take(std::move(picture.data), static_cast<GstClockTime>(std::max<int64_t>(time_ns, 0)));
    };
    source.video = std::make_unique<video_source::VideoSource>(format_.codec, std::move(on_picture));
  }
  if (on_source_) on_source_(ssrc, kind);
  return &source;
}

void Receiver::Close() {
  std::list<Source> sources;
  OnSource on_source;
  Keys keys;
  std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  sources.swap(sources_);
  on_source.swap(on_source_);
  keys.swap(keys_);
}

relay::IntakePtr Receiver::IntakeOf(uint32_t ssrc) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto* source = Find(ssrc);
  return source ? source->intake : nullptr;
}

std::shared_ptr<pad_probes::BufferCount> Receiver::PacketsOf(uint32_t ssrc) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto* source = Find(ssrc);
  return source ? source->packets : nullptr;
}

std::shared_ptr<pad_probes::BufferCount> Receiver::PicturesOf(uint32_t ssrc) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto* source = Find(ssrc);
  return source ? source->pictures : nullptr;
}

void Receiver::Listen(uint32_t ssrc, sound_source::SoundSource::OnSamples listener) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto* source = Find(ssrc);
  if (source && source->sound) source->sound->SetListener(std::move(listener));
}

std::vector<Figures> Receiver::SourceFigures() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Figures> all;
  for (const auto& source : sources_) {
    const auto& counts = source.counts;
    all.push_back({counts.ssrc(), counts.clock_rate(), counts.packets(), counts.bytes(), counts.lost(), counts.jitter()});
  }
  return all;
}

}  // namespace receiver
