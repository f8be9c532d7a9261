#include "courier/body.hpp"

#include "courier/limits.hpp"

namespace scop::courier {

Task<pipe::Result<v1::AttemptPart>> Body::part() {
  auto part = co_await parts_.next(in(limits::caller_idle));
  if (!part) co_return std::unexpected(std::move(part.error()));
  if (!*part) co_return pipe::fail(pipe::Code::invalid_argument, "the stream ended before its end part");
  co_return std::move(**part);
}

Task<pipe::Result<v1::AttemptEnvelope>> Body::envelope() {
  auto first = co_await part();
  if (!first) co_return std::unexpected(std::move(first.error()));
  if (!first->has_envelope())
    co_return pipe::fail(pipe::Code::invalid_argument, "the first part is no envelope");
  co_return std::move(*first->mutable_envelope());
}

Task<pipe::Result<std::optional<std::string>>> Body::next() {
  if (ended_) co_return std::optional<std::string>();
  auto next = co_await part();
  if (!next) co_return std::unexpected(std::move(next.error()));
  if (next->has_envelope()) co_return pipe::fail(pipe::Code::invalid_argument, "a second envelope");
  if (next->part_case() == v1::AttemptPart::kData) {
    co_return std::optional<std::string>(std::move(*next->mutable_data()));
  }
  if (!next->end()) co_return pipe::fail(pipe::Code::invalid_argument, "an empty part");
  ended_ = true;
  co_return std::optional<std::string>();
}

}  // namespace scop::courier
