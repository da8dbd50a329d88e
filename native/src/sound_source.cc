#include "sound_source.h"

#include <algorithm>
#include <new>

namespace sound_source {
namespace {

constexpr int kSampleRate = 48'000;
constexpr int kMaxPacketSamples = kSampleRate * 120 / 1000;  // RFC 6716, section 2.1.4
constexpr int kGrain = kSampleRate / 400;                     // what a decoder makes up is a multiple of 2.5 ms
// Sound is not sent again, so all that can be waited for is a packet that another has overtaken. Others must be there by then, or the
// mixer's input would run dry.
constexpr size_t kMaxWaiting = 2;
constexpr int64_t kPatienceUs = 60'000;

}  // namespace

SoundSource::SoundSource() : order_(kMaxWaiting, [this](const depayloader::Payload& payload, uint64_t missing) { Decode(payload, missing > 0); }) {
  int error;
  decoder_.reset(opus_decoder_create(kSampleRate, 1, &error));
  if (!decoder_) throw std::bad_alloc();
}

void SoundSource::GiveUp(int64_t now_us) {
  order_.GiveUp(now_us, kPatienceUs);
}

void SoundSource::Decode(const depayloader::Payload& payload, bool is_after_gap) {
  if (payload.size == 0) return;
  auto size = static_cast<opus_int32>(payload.size);
  int samples = opus_packet_get_nb_samples(payload.data, size, kSampleRate);
  if (samples <= 0 || samples > kMaxPacketSamples) return;
  if (is_after_gap) Conceal(payload, samples);
  int16_t decoded[kMaxPacketSamples];
  int count = opus_decode(decoder_.get(), payload.data, size, decoded, kMaxPacketSamples, 0);
  end_ = payload.timestamp + static_cast<uint32_t>(samples);
  if (count > 0 && on_samples_) on_samples_(decoded, static_cast<size_t>(count));
}

void SoundSource::Conceal(const depayloader::Payload& payload, int packet_samples) {
  auto gap = end_ ? static_cast<int32_t>(payload.timestamp - *end_) : 0;
  // A longer one is a silence.
  if (gap < kGrain || gap > kMaxPacketSamples) return;
  int repeated = std::min(gap, packet_samples) / kGrain * kGrain;
  int made_up = (gap - repeated) / kGrain * kGrain;
  int16_t samples[kMaxPacketSamples];
  auto give = [this, &samples](int count) {
    if (count > 0 && on_samples_) on_samples_(samples, static_cast<size_t>(count));
  };
  if (made_up > 0) give(opus_decode(decoder_.get(), nullptr, 0, samples, made_up, 0));
  give(opus_decode(decoder_.get(), payload.data, static_cast<opus_int32>(payload.size), samples, repeated, 1));
}

}  // namespace sound_source
