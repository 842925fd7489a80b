//! Setting knobs, and what some of them do at once.

use super::{Applied, Effect, Fault};
use crate::{dataset, state::State};

pub(crate) fn set(state: &State, faults: Vec<Fault>) -> Result<Vec<Applied>, String> {
    let faults = faults
        .into_iter()
        .map(|it| known(state, it))
        .collect::<Result<Vec<_>, _>>()?;
    state.memory().faults.clear();
    Ok(faults
        .into_iter()
        .filter_map(|fault| apply(state, fault))
        .collect())
}

pub(crate) fn add(state: &State, fault: Fault) -> Result<Option<Applied>, String> {
    Ok(apply(state, known(state, fault)?))
}

/// Turns keys into ids and refuses what does not exist, before anything is changed.
fn known(state: &State, mut fault: Fault) -> Result<Fault, String> {
    let world = state.world();
    if let Some(name) = &fault.page {
        let page = world.page(name).map(|it| it.id.clone());
        // Assets of other kinds by id alone: keys are shared between the kinds.
        let asset = || dataset::Kind::of(world, name).map(|_| name.clone());
        fault.page = Some(
            page.or_else(asset)
                .ok_or_else(|| format!("there is no Page {name}"))?,
        );
    }
    if let Effect::InvalidToken { person, .. }
    | Effect::OtherApp { person }
    | Effect::TokenExpiry { person, .. } = &mut fault.effect
    {
        *person = world
            .person(person)
            .ok_or_else(|| format!("there is no person {person}"))?
            .id
            .clone();
    }
    if matches!(fault.effect, Effect::HideAsset) && fault.page.is_none() {
        return Err("hide_asset needs page".into());
    }
    if matches!(
        fault.effect,
        Effect::HideDataset | Effect::DatasetUnavailable
    ) && fault.page.is_none()
        && fault.dataset.is_none()
    {
        return Err("the knob needs page or dataset".into());
    }
    if let Effect::RevokeToken { person, .. } = &mut fault.effect {
        if let Some(name) = person {
            *name = world
                .person(name)
                .ok_or_else(|| format!("there is no person {name}"))?
                .id
                .clone();
        } else if fault.page.is_none() {
            return Err("revoke_token needs person or page".into());
        }
    }
    if matches!(fault.effect, Effect::UnlinkDataset)
        && fault.page.is_none()
        && fault.dataset.is_none()
    {
        return Err("unlink_dataset needs page or dataset".into());
    }
    Ok(fault)
}

fn apply(state: &State, mut fault: Fault) -> Option<Applied> {
    let world = state.world();
    let mut memory = state.memory();
    match &fault.effect {
        Effect::RevokeToken { person, subcode } => {
            let page = fault.page.as_deref().and_then(|it| world.page(it));
            let concerned = |id: &str| match person {
                Some(person) => person == id,
                None => page.is_some_and(|page| page.role(id).is_some()),
            };
            if *subcode == 458 {
                let holders: Vec<_> = memory
                    .tokens
                    .values()
                    .filter(|it| concerned(&it.person))
                    .map(|it| it.holder())
                    .collect();
                memory
                    .grants
                    .retain(|id, _| !concerned(id) && !holders.contains(id));
            }
            let count = memory.revoke(*subcode, |token| concerned(&token.person));
            Some(Applied {
                kind: "revoke_token",
                count,
            })
        }
        Effect::UnlinkDataset => {
            let assets: Vec<String> = match (&fault.page, &fault.dataset) {
                (Some(page), _) => vec![page.clone()],
                (None, Some(id)) => memory
                    .dataset(id)
                    .map(|it| {
                        [&it.page_id, &it.instagram_id, &it.waba_id]
                            .into_iter()
                            .flatten()
                            .cloned()
                            .collect()
                    })
                    .unwrap_or_default(),
                (None, None) => Vec::new(),
            };
            let count = assets
                .iter()
                .filter_map(|asset| memory.unlink(asset))
                .count();
            Some(Applied {
                kind: "unlink_dataset",
                count,
            })
        }
        _ => {
            fault.met = 0;
            fault.spares_after = memory.minted;
            fault.set_at = state.shared().clock.seconds();
            memory.faults.push(fault);
            None
        }
    }
}
