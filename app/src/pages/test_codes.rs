//! The test codes of a dataset: until when each holds, and adding, renewing and ending one.

use domain::{
    AdvertiserId, ConnectionId, Permission,
    console::{DatasetTestCode, Moment},
    time::date_time,
};
use leptos::prelude::*;

use crate::{
    components::{Confirm, Field, Icon, May, Post, PostForm, Submit, failure_of},
    preferences::text,
};

/// Date and time as the advertiser's people read them.
pub(super) fn at(moment: Moment) -> String {
    let instant = chrono::DateTime::from_timestamp_millis(moment.ms).unwrap_or_default();
    date_time(instant, moment.offset, text().language())
}

/// A form about one code, and what else it holds.
#[derive(Clone, Copy)]
struct Of {
    advertiser: AdvertiserId,
    connection: ConnectionId,
}

impl Of {
    fn form(self, to: Post, code: &str, button: AnyView) -> AnyView {
        let code = (!code.is_empty())
            .then(|| view! { <input type="hidden" name="code" value=code.to_owned()/> }.into_any());
        view! {
            <PostForm to attr:novalidate="">
                <input type="hidden" name="advertiser" value=self.advertiser.to_string()/>
                <input type="hidden" name="connection" value=self.connection.to_string()/>
                {code}
                {button}
            </PostForm>
        }
        .into_any()
    }
}

/// The section of the dataset's page. `events_manager` is the link to where codes come from.
pub(super) fn test_codes(
    codes: Vec<DatasetTestCode>,
    events_manager: AnyView,
    (advertiser, connection): (AdvertiserId, ConnectionId),
    hold: Post,
    end: Post,
) -> AnyView {
    let text = text();
    let of = Of {
        advertiser,
        connection,
    };
    let list = match codes.is_empty() {
        true => view! {
            <p class="font-medium">{text.test_codes_none_title()}</p>
            <p class="text-muted">{text.test_codes_none()}</p>
        }
        .into_any(),
        false => {
            let rows = codes
                .into_iter()
                .map(|code| row(code, of, hold, end))
                .collect_view();
            view! { <ul class="divide-y divide-base-content/10">{rows}</ul> }.into_any()
        }
    };
    let failure = failure_of(hold);
    let add = move || {
        let fields = view! {
            <div class="max-w-md space-y-4 text-base">
                <Field name="code" label=text.words_test_code() hint=text.test_codes_hint() mono=true failure/>
                <Submit label=text.test_codes_add() pending=hold.pending() class="btn"/>
            </div>
        };
        of.form(hold, "", fields.into_any())
    };
    view! {
        <section class="card bg-base-100" aria-labelledby="test-codes">
            <div class="card-body gap-4 p-5">
                <h2 class="text-base font-semibold" id="test-codes">{text.test_codes_title()}</h2>
                <p>{text.test_codes_lead()}</p>
                {list}
                <p>{events_manager}</p>
                <May permission=Permission::SendTestEvents>{add()}</May>
            </div>
        </section>
    }
    .into_any()
}

fn row(code: DatasetTestCode, of: Of, hold: Post, end: Post) -> AnyView {
    let text = text();
    let until = at(code.until);
    let standing = match code.has_ended {
        true => view! { {Icon::CircleDashed.view()} <span>{text.test_codes_ended(until)}</span> }
            .into_any(),
        false => view! {
            <span class="text-success">{Icon::CheckCircle.view()}</span>
            <span>{text.test_codes_until(until)}</span>
        }
        .into_any(),
    };
    let origin = match (code.is_from_api, code.added_by.is_empty()) {
        (true, _) => text.test_codes_from_api().to_owned(),
        (false, false) => text.test_codes_added_by(&code.added_by),
        (false, true) => String::new(),
    };
    let (name, has_ended) = (code.code, code.has_ended);
    let shown = name.clone();
    let forms = move || {
        let renew = view! {
            <button class="btn btn-sm" type="submit" disabled=hold.pending() aria-label=text.test_codes_renew_of(&name)>
                {Icon::Refresh.view()} {text.test_codes_renew()}
            </button>
        };
        let ending = (!has_ended).then(|| {
            let button = view! {
                <Submit label=text.test_codes_end() pending=end.pending() class="btn btn-sm btn-error"/>
            };
            let form = of.form(end, &name, button.into_any());
            view! {
                <Confirm label=text.test_codes_end() title=text.test_codes_end_question(&name) what=text.test_codes_end_what()>
                    {form}
                </Confirm>
            }
            .into_any()
        });
        view! {
            <div class="flex flex-wrap items-start gap-3">
                {of.form(hold, &name, renew.into_any())}
                {ending}
            </div>
        }
        .into_any()
    };
    view! {
        <li class="space-y-2 py-3">
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <code class="break-all font-medium">{shown}</code>
                <span class="inline-flex flex-wrap items-center gap-1.5">{standing}</span>
            </p>
            {(!origin.is_empty()).then(|| view! { <p class="text-sm text-muted">{origin}</p> }.into_any())}
            <May permission=Permission::SendTestEvents>{forms()}</May>
        </li>
    }
    .into_any()
}
