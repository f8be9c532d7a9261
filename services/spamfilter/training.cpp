#include "spamfilter/training.hpp"

#include "core/ascii.hpp"
#include "spamfilter/assessment.hpp"
#include "spamfilter/entered.hpp"
#include "spamfilter/limits.hpp"
#include "spamfilter/line_ends.hpp"
#include "spamfilter/own_fields.hpp"

namespace scop::spamfilter {

namespace {

constexpr std::size_t longest_model = 320;

bool is_model_name(std::string_view name) {
  return name.size() <= longest_model && ascii::is_utf8(name) &&
         name.find_first_of(std::string_view(" \t\r\n\0", 5)) == std::string_view::npos;
}

std::string_view name_of(LessonKind kind) {
  return kind == LessonKind::ham ? "ham" : kind == LessonKind::spam ? "spam" : "forget";
}

}  // namespace

pipe::Result<Lesson> lesson_of(const v1::TrainHead& head, std::string_view caller,
                               std::string_view separator) {
  Lesson lesson;
  lesson.may_share = caller == "operator";
  lesson.user = model_name(head.user(), separator);
  if (!is_model_name(lesson.user)) return pipe::fail(pipe::Code::invalid_argument, "the user is no address");
  if (!lesson.may_share && !lesson.user.contains('@'))
    return pipe::fail(pipe::Code::permission_denied, "only the operator teaches what is not a user's own");
  switch (head.kind()) {
    case v1::TrainHead::HAM:
      lesson.kind = LessonKind::ham;
      return lesson;
    case v1::TrainHead::SPAM:
      lesson.kind = LessonKind::spam;
      return lesson;
    case v1::TrainHead::FORGET:
      lesson.kind = LessonKind::forget;
      return lesson;
    default:
      return pipe::fail(pipe::Code::invalid_argument, "the kind is none of HAM, SPAM and FORGET");
  }
}

Task<pipe::Result<v1::TrainReply>> Training::train(pipe::Call call, pipe::Incoming<v1::TrainPart>& parts) {
  if (under_way_ >= limits::lessons_under_way)
    co_return pipe::fail(pipe::Code::resource_exhausted, "too many lessons at a time");
  const Entered entered(under_way_);
  auto first = co_await parts.next(in(limits::idle_part));
  if (!first) co_return std::unexpected(std::move(first.error()));
  if (!*first || !(*first)->has_head())
    co_return pipe::fail(pipe::Code::invalid_argument, "the first part is not a head");
  auto lesson = lesson_of((*first)->head(), call.caller, desk_.settings.subaddress_separator);
  if (!lesson) co_return std::unexpected(std::move(lesson.error()));
  Gathered gathered(desk_.memory, desk_.settings.examined);
  LineEnds line_ends;
  for (;;) {
    auto part = co_await parts.next(in(limits::idle_part));
    if (!part) co_return std::unexpected(std::move(part.error()));
    if (!*part) co_return pipe::fail(pipe::Code::invalid_argument, "the message did not end");
    if ((*part)->end()) break;
    if ((*part)->part_case() != v1::TrainPart::kData)
      co_return pipe::fail(pipe::Code::invalid_argument, "a part that is neither data nor the end");
    gathered.add(line_ends.as_crlf((*part)->data()));
  }
  co_return co_await teach(std::move(call.caller), std::move(*lesson), gathered);
}

Task<pipe::Result<v1::TrainReply>> Training::teach(std::string caller, Lesson lesson,
                                                   const Gathered& gathered) {
  auto examined = co_await ask_judge(desk_, gathered.octets());
  if (!examined) co_return pipe::fail(pipe::Code::unavailable, examined.error().what);
  add_observations(examined->tokens, observed_in(gathered.header()));
  const auto taught = co_await desk_.models->teach(examined->tokens, lesson);
  if (!taught) {
    desk_.log.error("not learnt", {{"why", taught.error().what}});
    co_return pipe::fail(pipe::Code::unavailable, "the lesson could not be kept");
  }
  desk_.log.info("taught", {{"by", caller},
                            {"as", name_of(lesson.kind)},
                            {"model", lesson.user.empty() ? "shared" : lesson.user},
                            {"changed", taught->changed ? "yes" : "no"}});
  v1::TrainReply reply;
  reply.set_changed(taught->changed);
  reply.set_reason(taught->reason);
  co_return reply;
}

}  // namespace scop::spamfilter
